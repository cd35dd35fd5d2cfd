import { it } from 'vitest'
import { account, accountsUrl } from '../harness/accounts.js'
import { publishAttacks, underAttack } from '../harness/attack.js'
import { POINT, type ApiSpec } from '../harness/catalogue.js'
import { generate } from '../harness/generator/generate.js'
import type { HttpTarget } from '../harness/load.js'
import { QUICK } from '../harness/plan.js'
import { quantile } from '../harness/quantile.js'
import { publish, type Figure } from '../harness/section.js'
import { undisturbed, type Slice } from '../harness/stolen.js'
import { startWorld } from '../harness/world.js'

const HELLO: ApiSpec = {
  path: 'hello',
  content: 'export default async (req) => [{ hello: req.params.aid }]',
  integers: ['aid'],
  settings: { execute_engine: 'SCRIPT' },
}
const PER_SECOND = 100
const ATTACKS_PER_SECOND = 20
// The interpreter, a native function, a pattern, memory, promises: a round each.
const ATTACKS = ['A1', 'B2', 'C1', 'D3', 'F2'].slice(0, QUICK ? 3 : 5)
// With what leads in, long enough for a thread that hangs in native code to be ended.
const SECONDS = 4
// Code that has run little is slower than any attack makes it.
const WARM_UP_SECONDS = 8
const RATIO_MAX = 1.5
const NEIGHBOURS = ['a SQL point read', 'a script without a query'] as const
const ARMS = ['before', 'attacked', 'after'] as const

/** Of each call, in milliseconds, by the name of the neighbour. */
type Latencies = ReadonlyMap<string, readonly number[]>
type Round = Readonly<Record<(typeof ARMS)[number], Slice<Latencies>>>

it('neighbours of an attack, through the gateway', async () => {
  const databaseUrl = accountsUrl()
  const world = await startWorld({ databaseUrl, apis: [POINT, HELLO], redis: true })
  const [first, second] = NEIGHBOURS
  const targets = [
    world.withTokens(first, (index) => `/api/point?aid=${account(index)}`),
    world.withTokens(second, (index) => `/api/hello?aid=${account(index)}`),
  ]
  // All before the first round: what a publish costs is no part of an attack. One more of each, for a round that is measured again.
  const attacks = await publishAttacks(world, ATTACKS, 2)
  await latencies(targets, WARM_UP_SECONDS)
  const quiet = () => undisturbed(() => latencies(targets, SECONDS))
  const rounds: Round[] = []
  for (const attack of attacks) {
    const before = await quiet()
    const attacked = await undisturbed((attempt) =>
      underAttack(world, attack[attempt] ?? '', ATTACKS_PER_SECOND, () => latencies(targets, SECONDS)),
    )
    rounds.push({ before, attacked, after: await quiet() })
  }
  publishRatios(rounds)
})

/** All neighbours at once, each at its constant rate. Any answer but 200 voids the run. */
async function latencies(targets: readonly HttpTarget[], seconds: number): Promise<Latencies> {
  const none = { begin: () => undefined, over: () => undefined }
  const all = targets.map(async ({ name, url, requests }) => {
    const seen = await generate({ model: 'open', url, requests, seconds, perSecond: PER_SECOND }, none)
    if (seen.failures.length > 0) throw new Error(`${name}: answered ${[...new Set(seen.failures)].join(', ')}`)
    return [name, [...seen.latenciesMs]] as const
  })
  return new Map(await Promise.all(all))
}

function publishRatios(rounds: readonly Round[]): void {
  const calls = (name: string, arms: readonly (keyof Round)[], of = rounds) =>
    of.flatMap((round) => arms.flatMap((arm) => [...(round[arm].measured.get(name) ?? [])]))
  const ms = (name: string, share: number, ...arms: (keyof Round)[]) => quantile(calls(name, arms), share) ?? Number.NaN
  const ratio = (name: string) => ms(name, 0.99, 'attacked') / ms(name, 0.99, 'before', 'after')
  const ratioOf = (name: string, round: Round) =>
    roughP99(calls(name, ['attacked'], [round])) / roughP99(calls(name, ['before', 'after'], [round]))
  publish(21, {
    id: 'neighbour',
    title: `Neighbours at ${PER_SECOND} requests/s each, while another module sends ${ATTACKS_PER_SECOND} attacks/s`,
    head: ['', 'p50 ms', 'p99 ms', 'p50 ms attacked', 'p99 ms attacked', 'ratio of p99', 'ratio without an attack'],
    rows: NEIGHBOURS.map((name) => [
      name,
      ...[0.5, 0.99].map((share) => ms(name, share, 'before', 'after').toFixed(1)),
      ...[0.5, 0.99].map((share) => ms(name, share, 'attacked').toFixed(1)),
      ratio(name).toFixed(2),
      (ms(name, 0.99, 'after') / ms(name, 0.99, 'before')).toFixed(2),
    ]),
    figures: NEIGHBOURS.map((name): Figure => {
      const value = ratio(name)
      const each = rounds.map((round) => ratioOf(name, round))
      return {
        name: `neighbour: ${name}, p99 attacked to quiet`,
        value,
        low: Math.min(value, ...each),
        high: Math.max(value, ...each),
        better: 'lower',
      }
    }),
    budgets: NEIGHBOURS.map((name) => ({
      what: `p99 of a neighbour API under ${ATTACKS_PER_SECOND} attacks/s: ${name}`,
      demanded: `≤ ${RATIO_MAX} ×`,
      measured: `${ratio(name).toFixed(2)} ×`,
      met: ratio(name) <= RATIO_MAX,
    })),
    note: `A round each for scripts that loop in the interpreter, in native code, in a pattern and in promises, and that fill memory, with as long a quiet time before and after it; both neighbours are called at once. Quantiles are those of the calls of all rounds together; the ratio without an attack is what came after the attacks to what came before them. ${stolenIn(rounds)}`,
  })
}

function stolenIn(rounds: readonly Round[]): string {
  const mean = (arm: keyof Round) => rounds.reduce((sum, round) => sum + round[arm].stolen, 0) / rounds.length
  const [before, attacked, after] = ARMS.map((arm) => `${(100 * mean(arm)).toFixed(1)} %`)
  return `Of the processors other machines of the same host took ${before} before, ${attacked} during and ${after} after the attacks; what was measured while they took more than 1 % was measured once more.`
}

/** Of one round: too few calls for more than to see how much rounds differ. */
const roughP99 = (calls: readonly number[]): number =>
  [...calls].sort((a, b) => b - a)[Math.floor(calls.length / 100)] ?? Number.NaN

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
// The interpreter, a native function, a pattern, memory, promises: each by itself.
const ATTACKS = ['A1', 'B2', 'C1', 'D3', 'F2'].slice(0, QUICK ? 3 : 5)
// With what leads in, long enough for a thread that hangs in native code to be ended.
const SECONDS = 4
// Code that has run little is slower than any attack makes it.
const WARM_UP_SECONDS = 6
const AGAIN_MAX = 4
const RATIO_MAX = 1.5
const NEIGHBOURS = ['a SQL point read', 'a script without a query'] as const

/** Of each call, in milliseconds, by the name of the neighbour. */
type Latencies = ReadonlyMap<string, readonly number[]>
type Slices = readonly Slice<Latencies>[]

it('neighbours of an attack, through the gateway', async () => {
  const databaseUrl = accountsUrl()
  const world = await startWorld({ databaseUrl, apis: [POINT, HELLO], redis: true })
  const [first, second] = NEIGHBOURS
  const targets = [
    world.withTokens(first, (index) => `/api/point?aid=${account(index)}`),
    world.withTokens(second, (index) => `/api/hello?aid=${account(index)}`),
  ]
  // All before the first attack: what a publish costs is no part of it. One more of each, for an attack that is measured again.
  const attacks = await publishAttacks(world, ATTACKS, 2)
  await latencies(targets, WARM_UP_SECONDS)
  const measure = undisturbed(AGAIN_MAX)
  const quiet = [await measure(() => latencies(targets, SECONDS))]
  const attacked: Slice<Latencies>[] = []
  for (const attack of attacks) {
    const under = (attempt: 0 | 1) =>
      underAttack(world, attack[attempt] ?? '', ATTACKS_PER_SECOND, () => latencies(targets, SECONDS))
    attacked.push(await measure(under))
    quiet.push(await measure(() => latencies(targets, SECONDS)))
  }
  publishRatios(quiet, attacked)
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

function publishRatios(quiet: Slices, attacked: Slices): void {
  const half = quiet.length / 2
  const halves = [quiet.slice(0, half), quiet.slice(half)] as const
  const ratio = (name: string) => ms(name, 0.99, attacked) / ms(name, 0.99, quiet)
  publish(21, {
    id: 'neighbour',
    title: `Neighbours at ${PER_SECOND} requests/s each, while another module sends ${ATTACKS_PER_SECOND} attacks/s`,
    head: ['', 'p50 ms', 'p99 ms', 'p50 ms attacked', 'p99 ms attacked', 'ratio of p99', 'ratio without an attack'],
    rows: NEIGHBOURS.map((name) => [
      name,
      ...[0.5, 0.99].map((share) => ms(name, share, quiet).toFixed(1)),
      ...[0.5, 0.99].map((share) => ms(name, share, attacked).toFixed(1)),
      ratio(name).toFixed(2),
      (ms(name, 0.99, halves[1]) / ms(name, 0.99, halves[0])).toFixed(2),
    ]),
    figures: NEIGHBOURS.map((name): Figure => {
      const value = ratio(name)
      const each = attacked.map((slice, at) => roughP99(name, [slice]) / roughP99(name, quiet.slice(at, at + 2)))
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
    note: `Scripts that loop in the interpreter, in native code, in a pattern and in promises, and that fill memory, each for ${SECONDS} seconds, between quiet times that are as long; both neighbours are called at once. Quantiles are those of all calls together; the ratio without an attack is that of the later quiet times to the earlier. Of the processors other machines of the same host took ${percentStolen(quiet)} while it was quiet and ${percentStolen(attacked)} under attack; what was measured while they took more than 1 % was measured once more, ${AGAIN_MAX} times in all at most.`,
  })
}

const calls = (name: string, slices: Slices) => slices.flatMap(({ measured }) => [...(measured.get(name) ?? [])])
const ms = (name: string, share: number, slices: Slices) => quantile(calls(name, slices), share) ?? Number.NaN

function percentStolen(slices: Slices): string {
  const mean = slices.reduce((sum, { stolen }) => sum + stolen, 0) / slices.length
  return `${(100 * mean).toFixed(1)} %`
}

/** Of few slices: too few calls for more than to see how much they differ. */
function roughP99(name: string, slices: Slices): number {
  const all = calls(name, slices).sort((a, b) => b - a)
  return all[Math.floor(all.length / 100)] ?? Number.NaN
}

import { ATTACKS } from '@penstock/script/attacks'
import { it } from 'vitest'
import { account, accountsUrl } from '../harness/accounts.js'
import { POINT, type ApiSpec } from '../harness/catalogue.js'
import { generate } from '../harness/generator/generate.js'
import type { HttpTarget } from '../harness/load.js'
import { QUICK } from '../harness/plan.js'
import { quantile } from '../harness/quantile.js'
import { publish, type Figure } from '../harness/section.js'
import { startWorld, type World } from '../harness/world.js'

const HELLO: ApiSpec = {
  path: 'hello',
  content: 'export default async (req) => [{ hello: req.params.aid }]',
  integers: ['aid'],
  settings: { execute_engine: 'SCRIPT' },
}
const PER_SECOND = 100
const ATTACKS_PER_SECOND = 20
// A p99 needs a thousand calls: those of all rounds together.
const ROUNDS = QUICK ? { rounds: 3, seconds: 3.5 } : { rounds: 4, seconds: 4 }
const WARM_UP_SECONDS = 4
const RATIO_MAX = 1.5
// One of each kind: the interpreter, a native function, a pattern, memory, promises.
const ATTACKERS = ['A1 ', 'B2 ', 'C1 ', 'D3 ', 'F2 ']
const NEIGHBOURS = ['a SQL point read', 'a script without a query'] as const

/** Of each call, in milliseconds, by the name of the neighbour. */
type Latencies = ReadonlyMap<string, readonly number[]>

it('neighbours of an attack, through the gateway', async () => {
  const databaseUrl = accountsUrl()
  const world = await startWorld({ databaseUrl, apis: [POINT, HELLO], redis: true })
  const [first, second] = NEIGHBOURS
  const targets = [
    world.withTokens(first, (index) => `/api/point?aid=${account(index)}`),
    world.withTokens(second, (index) => `/api/hello?aid=${account(index)}`),
  ]
  // Code that has run little is slower than any attack makes it.
  await latencies(targets, WARM_UP_SECONDS)
  const quiet: Latencies[] = []
  const attacked: Latencies[] = []
  for (let round = 0; round < ROUNDS.rounds; round += 1) {
    quiet.push(await latencies(targets, ROUNDS.seconds))
    // New to the gateway, so that none is suspended from the round before.
    const paths = await publishAttacks(world, round)
    attacked.push(await underAttack(world, paths, () => latencies(targets, ROUNDS.seconds)))
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

/** Public APIs of a module of their own, each a script that never ends by itself; returns their paths. */
async function publishAttacks({ admin }: World, round: number): Promise<readonly string[]> {
  const folder = await admin.create('modules', { name: `hostile ${round}` })
  const attacks = ATTACKS.filter(({ name }) => ATTACKERS.some((start) => name.startsWith(start)))
  return Promise.all(
    attacks.map(async ({ source }, index) => {
      const path = `attack-${round}-${index}`
      const settings = { execute_engine: 'SCRIPT', access_type: 'public', http_method: 'GET', params: [] }
      const content = `// ${round}\n${source}`
      const { id } = await admin.create('apis', { module_id: folder.id, name: path, path, content, ...settings })
      await admin.create(`apis/${id}/publish`, {})
      return path
    }),
  )
}

async function underAttack<T>({ gateway }: World, paths: readonly string[], measure: () => Promise<T>): Promise<T> {
  const end = new AbortController()
  const running: Promise<unknown>[] = []
  // Who still waits for his answer at the end leaves; before that, no answer at all voids the run.
  const leave = (error: unknown): void => {
    if (!end.signal.aborted) throw error
  }
  const timer = setInterval(() => {
    const path = paths[running.length % paths.length] ?? ''
    const answer = fetch(`${gateway.url}/api/${path}`, { signal: end.signal })
    running.push(answer.then((head) => head.arrayBuffer(), leave))
  }, 1_000 / ATTACKS_PER_SECOND)
  try {
    return await measure()
  } finally {
    clearInterval(timer)
    end.abort()
    await Promise.all(running)
  }
}

function publishRatios(quiet: readonly Latencies[], attacked: readonly Latencies[]): void {
  const of = (name: string, rounds: readonly Latencies[]) => rounds.flatMap((round) => [...(round.get(name) ?? [])])
  const p99 = (name: string, rounds: readonly Latencies[]) => quantile(of(name, rounds), 0.99) ?? Number.NaN
  const p50 = (name: string, rounds: readonly Latencies[]) => quantile(of(name, rounds), 0.5) ?? Number.NaN
  const ratio = (name: string) => p99(name, attacked) / p99(name, quiet)
  publish(21, {
    id: 'neighbour',
    title: `Neighbours at ${PER_SECOND} requests/s each, while another module sends ${ATTACKS_PER_SECOND} attacks/s`,
    head: ['', 'p50 ms', 'p99 ms', 'p50 ms attacked', 'p99 ms attacked', 'ratio of p99'],
    rows: NEIGHBOURS.map((name) => [
      name,
      ...[p50(name, quiet), p99(name, quiet), p50(name, attacked), p99(name, attacked)].map((ms) => ms.toFixed(1)),
      ratio(name).toFixed(2),
    ]),
    figures: NEIGHBOURS.map((name): Figure => {
      const rounds = quiet.map((round, at) => rough(round.get(name)) / rough(attacked[at]?.get(name)))
      const value = ratio(name)
      const each = rounds.map((inverse) => 1 / inverse)
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
    note: 'The attacks loop in the interpreter, in native code, in a pattern and in promises, and fill memory; each round publishes them anew, so that none is suspended from the one before. Both neighbours are called at once. Quantiles are those of the calls of all rounds together.',
  })
}

/** Of one round: too few calls for more than to see how much rounds differ. */
const rough = (round: readonly number[] = []): number =>
  [...round].sort((a, b) => b - a)[Math.floor(round.length / 100)] ?? Number.NaN

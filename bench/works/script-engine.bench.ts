import { createHash } from 'node:crypto'
import type { ScriptBudget, ScriptJob, ScriptRunner } from '@penstock/script'
import { openScriptRunner } from '@penstock/script-quickjs'
import { it } from 'vitest'
import { median } from '../harness/interleave.js'
import { FEW_ROUNDS, QUICK } from '../harness/plan.js'
import { quantile } from '../harness/quantile.js'
import { publish, type Budget, type Figure } from '../harness/section.js'

const BUDGET: ScriptBudget = {
  wallMs: 2_000,
  cpuMs: 500,
  memoryBytes: 32 * 1024 * 1024,
  hostCallsMax: 100,
  hostCallsInFlightMax: 10,
  hostBytesMax: 1024 * 1024,
  resultBytesMax: 1024 * 1024,
  logLinesMax: 100,
  logBytesMax: 100_000,
  queueWaitMs: 20_000,
}
const PRELUDE = `(function (host, contextJson) {
  return { ...JSON.parse(contextJson), echo: async (value) => JSON.parse(await host.call('echo', JSON.stringify(value))) }
})`
const SMALL = 'export default async (req, ctx) => ({ hello: req.params.name, of: ctx.name })'
// Ten kilobytes of functions of which one is called, as scripts that grew are.
const LARGE = `${Array.from({ length: 200 }, (_, n) => `function step${n}(row) { return { ...row, at${n}: row.a + ${n} } }`).join('\n')}\n${SMALL}`
const CALLING = 'export default async (req, ctx) => [await ctx.echo(1), await ctx.echo(2)]'
const CALLERS = 16
const OPEN_PER_SECOND = 100
// A p99 needs a thousand calls: those of all rounds together.
const OPEN_SECONDS = QUICK ? 5 : 4
// As many deaths within ten seconds are answered at once; after more the engine pauses.
const RESPAWNS = 5

/** Of each call, in milliseconds. */
type Latencies = readonly number[]

it('scripts on the engine alone: calls per second, latency, respawn', async () => {
  const runner = openScriptRunner({ prelude: PRELUDE })
  try {
    const rates = {
      'a small script': await ratesOf(runner, SMALL),
      'ten kilobytes, compiled once': await ratesOf(runner, LARGE),
      'a small script with two calls of its host': await ratesOf(runner, CALLING),
    }
    const steady = await rounds(() => openLoop(() => run(runner, SMALL), OPEN_SECONDS))
    const respawnsMs = await respawns()
    publish(20, {
      id: 'script-engine',
      title: 'Scripts on the engine alone: every call starts from a fresh runtime',
      head: ['', 'calls/s', 'spread', 'p50 ms', 'p99 ms'],
      rows: [
        ...Object.entries(rates).map(([name, each]) => [name, median(each).toFixed(0), spread(each), '', '']),
        ['a small script, 100 calls/s', '100', '', ...latencyRow(steady)],
      ],
      figures: [
        figure('script-engine: a small script, calls/s', rates['a small script'], 'higher'),
        figure('script-engine: p99 at 100 calls/s, ms', steady.map(roughP99), 'lower', p99Of(steady)),
        figure('script-engine: a killed host serves again, ms', respawnsMs, 'lower'),
      ],
      budgets: [
        atLeast('script without I/O, fresh runtime per call', median(rates['a small script']), 2_000, ' calls/s'),
        atMost('p99 of a script at 100 calls/s', p99Of(steady), 10, ' ms'),
        atMost('a killed script host serves again', median(respawnsMs), 500, ' ms'),
      ],
      note: 'Quantiles are those of the calls of all rounds together.',
    })
  } finally {
    await runner.close()
  }
})

function jobOf(source: string, over: Partial<ScriptJob> = {}): ScriptJob {
  const hash = createHash('sha256').update(source).digest('hex')
  return {
    steps: [
      {
        role: 'api',
        input: '{"req":{"params":{"name":"Ada"}}}',
        program: { hash, file: { name: 'bench', source }, macros: [] },
      },
    ],
    context: '{"name":"bench"}',
    moduleId: 'bench',
    apiId: 'bench',
    caller: 'bench',
    budget: BUDGET,
    signal: new AbortController().signal,
    host: { call: ({ args }) => Promise.resolve(args), log: () => undefined },
    ...over,
  }
}

/** Any end but success voids the run. */
async function run(runner: ScriptRunner, source: string): Promise<void> {
  const outcome = await runner.run(jobOf(source))
  if (outcome.kind !== 'done') throw new Error(`a measured call ended: ${JSON.stringify(outcome)}`)
}

async function rounds<T>(measure: () => Promise<T>): Promise<T[]> {
  const all: T[] = []
  for (let round = 0; round < FEW_ROUNDS.rounds; round += 1) all.push(await measure())
  return all
}

/** Closed model: calls per second of sixteen callers; the first round warms the threads up. */
async function ratesOf(runner: ScriptRunner, source: string): Promise<number[]> {
  await closedLoop(runner, source)
  return rounds(() => closedLoop(runner, source))
}

async function closedLoop(runner: ScriptRunner, source: string): Promise<number> {
  const endMs = performance.now() + FEW_ROUNDS.seconds * 1_000
  let calls = 0
  const caller = async (): Promise<void> => {
    for (; performance.now() < endMs; calls += 1) await run(runner, source)
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
  return calls / FEW_ROUNDS.seconds
}

/** Open model: calls start at a constant rate; each counts from the moment when it was due. */
async function openLoop(call: () => Promise<void>, seconds: number): Promise<Latencies> {
  const startMs = performance.now()
  const total = seconds * OPEN_PER_SECOND
  return Promise.all(
    Array.from({ length: total }, async (_, n) => {
      const dueMs = startMs + (n * 1_000) / OPEN_PER_SECOND
      await new Promise((resolve) => setTimeout(resolve, dueMs - performance.now()))
      await call()
      return performance.now() - dueMs
    }),
  )
}

/** From the death of the process that runs scripts to the first thread of the next that can take a job. */
async function respawns(): Promise<number[]> {
  let heard: (started: { pid: number; tookMs: number }) => void = () => undefined
  const next = () => new Promise<{ pid: number; tookMs: number }>((resolve) => (heard = resolve))
  const runner = openScriptRunner({
    prelude: PRELUDE,
    observe(fact) {
      if (fact.kind === 'script-host.started') heard(fact)
    },
  })
  try {
    const first = next()
    await run(runner, SMALL)
    let { pid } = await first
    const took: number[] = []
    while (took.length < RESPAWNS) {
      const started = next()
      process.kill(pid, 'SIGKILL')
      const { pid: nextPid, tookMs } = await started
      took.push(tookMs)
      pid = nextPid
      await run(runner, SMALL)
    }
    return took
  } finally {
    await runner.close()
  }
}

const spread = (rates: readonly number[]): string => `${Math.min(...rates).toFixed(0)}–${Math.max(...rates).toFixed(0)}`

function latencyRow(rounds: readonly Latencies[]): readonly string[] {
  return [quantile(rounds.flat(), 0.5), quantile(rounds.flat(), 0.99)].map((ms) => ms?.toFixed(1) ?? '')
}

const p99Of = (rounds: readonly Latencies[]): number => quantile(rounds.flat(), 0.99) ?? Number.NaN
/** Of one round: too few calls for more than to see how much rounds differ. */
const roughP99 = (round: Latencies): number => [...round].sort((a, b) => b - a)[Math.floor(round.length / 100)] ?? 0

function figure(name: string, rounds: readonly number[], better: 'higher' | 'lower', value = median(rounds)): Figure {
  return { name, value, low: Math.min(value, ...rounds), high: Math.max(value, ...rounds), better }
}

const atLeast = (what: string, value: number, least: number, unit: string): Budget => ({
  ...{ what, demanded: `≥ ${least}${unit}`, measured: `${value.toFixed(0)}${unit}`, met: value >= least },
})
const atMost = (what: string, value: number, most: number, unit: string): Budget => ({
  ...{ what, demanded: `≤ ${most}${unit}`, measured: `${value.toFixed(1)}${unit}`, met: value <= most },
})

import type { ScriptBudget } from '../script-budget.js'
import type { ScriptOutcome } from '../script-outcome.js'
import type { HostRequest, LogLevel, ScriptJob, ScriptRole, ScriptRunner, ScriptStep } from '../script-runner.js'

/** The parts of a test runner that the suite needs; handed in, so that no shipped code imports one. */
export interface TestApi {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void>): void
  afterAll(body: () => Promise<void>): void
  expect(actual: unknown): Expectation
}

export interface Expectation {
  toBe(expected: unknown): void
  toEqual(expected: unknown): void
  toMatchObject(expected: object): void
}

/** Opens the engine under test with this prelude and these modules. */
export type OpenRunner = (prelude: string, extraModules: ReadonlyMap<string, string>) => ScriptRunner

/** What scripts of the suite see: the context's own keys, and four ways to reach the host. */
export const SUITE_PRELUDE = `(function (host, contextJson) {
  const ask = (name) => async (value) => JSON.parse(await host.call(name, JSON.stringify(value ?? null)))
  return { ...JSON.parse(contextJson), echo: ask('echo'), fail: ask('fail'), never: ask('never'), log: (line) => host.log('info', line) }
})`

export const SUITE_MODULES: ReadonlyMap<string, string> = new Map([
  ['tiny', 'export const twice = (n) => 2 * n; export default { twice }'],
])

export const suiteBudget: ScriptBudget = {
  wallMs: 2_000,
  cpuMs: 1_000,
  memoryBytes: 32 * 1024 * 1024,
  hostCallsMax: 50,
  hostCallsInFlightMax: 3,
  hostBytesMax: 256 * 1024,
  resultBytesMax: 64 * 1024,
  logLinesMax: 5,
  logBytesMax: 2_000,
  queueWaitMs: 5_000,
}

/** A step whose program is named after its source; macros are named `macro 1`, `macro 2`. */
export function stepOf(role: ScriptRole, source: string, input: unknown, macros: readonly string[] = []): ScriptStep {
  return {
    role,
    input: JSON.stringify(input),
    program: {
      // Programs of a suite are told apart by their text; nothing here needs a digest.
      hash: JSON.stringify([source, ...macros]),
      file: { name: `suite/${role}`, source },
      macros: macros.map((text, index) => ({ name: `macro ${index + 1}`, source: text })),
    },
  }
}

export const apiStep = (source: string, ...macros: string[]): ScriptStep =>
  stepOf('api', source, { req: { method: 'GET', path: 'suite', params: { n: 4 } } }, macros)

/** What a host of the suite has seen. */
export interface Seen {
  readonly lines: [LogLevel, string][]
  readonly calls: HostRequest[]
  inFlight: number
  inFlightMost: number
  cancelled: number
}

export const nothingSeen = (): Seen => ({ lines: [], calls: [], inFlight: 0, inFlightMost: 0, cancelled: 0 })

export function jobOf(
  steps: readonly ScriptStep[],
  over: Partial<ScriptJob> = {},
  seen: Seen = nothingSeen(),
): ScriptJob {
  return {
    steps,
    context: '{"name":"suite"}',
    moduleId: 'suite',
    apiId: 'suite',
    caller: 'suite',
    budget: suiteBudget,
    signal: new AbortController().signal,
    host: {
      call: (request, signal) => answer(request, signal, seen),
      log: (level, text) => void seen.lines.push([level, text]),
    },
    ...over,
  }
}

async function answer(request: HostRequest, signal: AbortSignal, seen: Seen): Promise<string> {
  seen.calls.push(request)
  seen.inFlight += 1
  seen.inFlightMost = Math.max(seen.inFlightMost, seen.inFlight)
  try {
    if (request.name === 'never') await cancelled(signal, seen)
    // Long enough for calls that were made together to arrive together.
    await new Promise((resolve) => setTimeout(resolve, 3))
    if (request.name === 'fail') throw new Error('the host refused')
    return request.args
  } finally {
    seen.inFlight -= 1
  }
}

function cancelled(signal: AbortSignal, seen: Seen): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      seen.cancelled += 1
      reject(new Error('given up'))
    })
  })
}

/** The parsed results, or how the job ended instead. */
export function resultsOf(outcome: ScriptOutcome): unknown {
  if (outcome.kind !== 'done') return endOf(outcome)
  return outcome.results.map((text) => (text === undefined ? undefined : JSON.parse(text)))
}

/** The outcome without its usage, which differs from run to run. */
export function endOf(outcome: ScriptOutcome): object {
  return Object.fromEntries(Object.entries(outcome).filter(([key]) => key !== 'usage'))
}

/** What every group of cases is handed. */
export interface Cases {
  readonly api: TestApi
  /** Opened with the first case that needs it, and shared: a runner must not be harmed by any job. */
  runner(): ScriptRunner
}

import { createHash } from 'node:crypto'
import type {
  HostRequest,
  LogLevel,
  ScriptBudget,
  ScriptJob,
  ScriptOutcome,
  ScriptRole,
  ScriptStep,
} from '@penstock/script'

/** A prelude that hands out little: `echo`, `log` and what the context holds. */
export const PRELUDE = `(function (host, contextJson) {
  const given = JSON.parse(contextJson)
  return {
    ...given,
    echo: async (value) => JSON.parse(await host.call('echo', JSON.stringify(value))),
    never: () => host.call('never', '{}'),
    log: (line) => host.log('info', line),
  }
})`

export const budget: ScriptBudget = {
  // Long: what is not about time must not fail for want of it on a busy machine.
  wallMs: 20_000,
  cpuMs: 20_000,
  memoryBytes: 32 * 1024 * 1024,
  hostCallsMax: 100,
  hostCallsInFlightMax: 5,
  hostBytesMax: 1024 * 1024,
  resultBytesMax: 1024 * 1024,
  logLinesMax: 20,
  logBytesMax: 10_000,
  queueWaitMs: 20_000,
}

function step(role: ScriptRole, source: string, input: unknown): ScriptStep {
  const hash = createHash('sha256').update(source).digest('hex')
  return { role, program: { hash, file: { name: 'demo/script', source }, macros: [] }, input: JSON.stringify(input) }
}

export const apiStep = (source: string): ScriptStep => step('api', source, { req: { method: 'GET', params: { a: 1 } } })

/** A job whose host answers `echo` with what it was sent, `never` never, and keeps the lines in `lines`. */
export function job(
  steps: readonly ScriptStep[],
  over: Partial<ScriptJob> = {},
  lines: [LogLevel, string][] = [],
): ScriptJob {
  return {
    steps,
    context: '{"name":"test"}',
    moduleId: 'module',
    apiId: 'api',
    caller: 'caller',
    budget,
    signal: new AbortController().signal,
    host: { call: answer, log: (level, text) => void lines.push([level, text]) },
    ...over,
  }
}

async function answer({ name, args }: HostRequest, signal: AbortSignal): Promise<string> {
  if (name === 'echo') return args
  if (name === 'fail') throw new Error('the host refused')
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('given up'))
    })
  })
}

/** The value of the last step of a job that must have succeeded. */
export async function valueOf(outcome: Promise<ScriptOutcome>): Promise<unknown> {
  const ended = await outcome
  if (ended.kind !== 'done') throw new Error(`the job ended otherwise: ${JSON.stringify(ended)}`)
  return JSON.parse(ended.results.at(-1) ?? 'null')
}

import { z } from 'zod'

/**
 * What keeps a script in. Each can be taken away in a test that shows what it holds back; no setting reaches this.
 * - `interrupt`: the interpreter asks whether it may go on. `pump`: promise jobs run in small batches with a look at the clock between them.
 * - `watchdog`: the asking process ends threads that do not answer. `memory`: pages that the heap may grow by.
 * - `stack`: what the guest may nest, within an enlarged thread stack. `fresh`: a runtime per job. `intrinsics`: no code from text, no shared memory.
 * - `result`, `logs`, `calls`: budgets of what crosses. `fairness`: turns and shares in the queue.
 * - `suspension`: programs that had to be ended again and again wait.
 */
export const DEFENCES = [
  'interrupt',
  'pump',
  'watchdog',
  'memory',
  'stack',
  'fresh',
  'intrinsics',
  'result',
  'logs',
  'calls',
  'fairness',
  'suspension',
] as const

export type Defence = (typeof DEFENCES)[number]

/** What a host process is told once, before anything else. */
export const setup = z.strictObject({
  prelude: z.string(),
  extraModules: z.array(z.tuple([z.string(), z.string()])),
  memoryBytesMax: z.number(),
  withoutDefences: z.array(z.enum(DEFENCES)),
})
export type Setup = z.infer<typeof setup>

const file = z.strictObject({ name: z.string(), source: z.string() })
const role = z.enum(['api', 'validator', 'transform'])

/** First text of a job; the inputs of its steps and its context follow as texts. */
export const jobHead = z.strictObject({
  /** Equal keys are equal steps but for what they are given. */
  key: z.string(),
  moduleId: z.string(),
  wallMs: z.number(),
  cpuMs: z.number(),
  memoryBytes: z.number(),
  hostBytesMax: z.number(),
  resultBytesMax: z.number(),
  logLinesMax: z.number(),
  logBytesMax: z.number(),
  steps: z.array(z.strictObject({ role, file, macros: z.array(file) })),
})
export type JobHead = z.infer<typeof jobHead>

/** First text of a check. */
export const checkHead = z.strictObject({ role, file, macros: z.array(file) })
export type CheckHead = z.infer<typeof checkHead>

const place = z.strictObject({
  name: z.string(),
  message: z.string(),
  file: z.string().optional(),
  line: z.number().optional(),
  column: z.number().optional(),
  stack: z.string(),
})
export type Thrown = z.infer<typeof place>

/** How a job ended on its thread; of `done`, the results follow as texts, those that are there. */
export const jobEnd = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('done'), present: z.array(z.boolean()) }),
  z.strictObject({
    kind: z.literal('api-error'),
    step: z.number(),
    status: z.number().int().min(400).max(599),
    message: z.string(),
    code: z.string(),
  }),
  z.strictObject({ kind: z.literal('threw'), step: z.number(), thrown: place }),
  z.strictObject({ kind: z.literal('timeout'), clock: z.enum(['cpu', 'wall']) }),
  z.strictObject({
    kind: z.literal('over-budget'),
    what: z.enum(['memory', 'stack', 'result', 'host calls', 'host bytes']),
  }),
  z.strictObject({ kind: z.literal('aborted') }),
  z.strictObject({ kind: z.literal('lost') }),
])
export type JobEnd = z.infer<typeof jobEnd>

/** First text of an end. */
export const endHead = z.strictObject({ end: jobEnd, cpuMs: z.number(), logLinesDropped: z.number() })
export type EndHead = z.infer<typeof endHead>

/** First text of what a check found. */
export const checkedHead = z.array(
  z.strictObject({
    file: z.string(),
    message: z.string(),
    line: z.number().optional(),
    column: z.number().optional(),
  }),
)

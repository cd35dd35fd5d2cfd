import { z } from 'zod'

// What the host says. It runs what nobody trusts, so whatever it writes is read as if an attacker had written it.

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

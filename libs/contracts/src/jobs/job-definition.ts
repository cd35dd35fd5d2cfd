import type { z } from 'zod'

/**
 * One kind of background job: who takes it, what it is given, and its natural id. Two jobs with the same id are the same work: while one is
 * waiting, running or remembered, a second is not added.
 */
export interface JobDefinition<Payload extends z.ZodType = z.ZodType> {
  readonly queue: string
  readonly name: string
  readonly payload: Payload
  /** Made of what the work is about, never of chance or of the time of asking. Without colons: the queue keeps them for itself. */
  readonly id: (payload: z.output<Payload>) => string
}

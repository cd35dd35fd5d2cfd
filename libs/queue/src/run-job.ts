import type { JobDefinition } from '@penstock/contracts'
import { UnrecoverableError, type Job } from 'bullmq'
import type { z } from 'zod'
import type { JobFactSink } from './job-fact.js'

/** What a running job may know about itself. */
export interface JobContext {
  readonly id: string
  /** 1 for the first try. */
  readonly attempt: number
  /** Aborts when the process is told to stop and its grace is over; another worker runs the job again. */
  readonly signal: AbortSignal
}

/** One kind of job and what is done for it. What `run` returns is reported as the job's result. */
export interface JobHandler {
  readonly definition: JobDefinition
  readonly run: (payload: unknown, context: JobContext) => Promise<unknown>
}

/** Ties a definition to its work: `run` gets the payload that the definition's schema has parsed. It must be safe to run twice. */
export function jobHandler<Payload extends z.ZodType>(
  definition: JobDefinition<Payload>,
  run: (payload: z.output<Payload>, context: JobContext) => Promise<unknown>,
): JobHandler {
  return {
    definition: { ...definition, id: (payload) => definition.id(definition.payload.parse(payload)) },
    run: (raw, context) => {
      const payload = definition.payload.safeParse(raw)
      if (!payload.success) throw new UnrecoverableError(`payload does not match the schema: ${payload.error.message}`)
      return run(payload.data, context)
    },
  }
}

/** Finds the handler of a job, runs it and tells how it went. A job that nobody here knows fails at once: another try finds nobody either. */
export function jobRunner(
  handlers: readonly JobHandler[],
  tell: JobFactSink,
  signal: AbortSignal,
  nowMs: () => number,
) {
  const byName = new Map(handlers.map((handler) => [handler.definition.name, handler]))
  return async (job: Job): Promise<unknown> => {
    const id = job.id ?? job.name
    const startedMs = nowMs()
    const attempt = job.attemptsMade + 1
    try {
      const handler = byName.get(job.name)
      if (handler === undefined) throw new UnrecoverableError(`no handler for jobs called ${job.name}`)
      const result = await handler.run(job.data, { id, attempt, signal })
      tell({ kind: 'job.finished', job: job.name, id, durationMs: nowMs() - startedMs, result })
      return result
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown))
      const willRetry = !(error instanceof UnrecoverableError) && attempt < (job.opts.attempts ?? 1)
      tell({ kind: 'job.failed', job: job.name, id, durationMs: nowMs() - startedMs, attempt, willRetry, error })
      throw error
    }
  }
}

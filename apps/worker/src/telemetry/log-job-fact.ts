import type { JobFact } from '@penstock/queue'
import type { Logger } from '@penstock/telemetry'

/** Turns a fact about jobs into a line. A job that changed nothing is only worth a debug line: it comes every few minutes. */
export function logJobFact(logger: Logger, fact: JobFact): void {
  switch (fact.kind) {
    case 'job.finished':
      logger[changedNothing(fact.result) ? 'debug' : 'info'](`job ${fact.job} finished`, {
        durationMs: Math.round(fact.durationMs),
        result: fact.result,
      })
      return
    case 'job.failed':
      logger[fact.willRetry ? 'warn' : 'error'](`job ${fact.job} failed: ${fact.error.message}`, {
        attempt: fact.attempt,
        willRetry: fact.willRetry,
      })
      return
    case 'job.taken-over':
      logger.warn('took over a job whose worker is gone', { jobId: fact.id })
      return
    case 'queue.error':
      logger.warn(`queue ${fact.queue}: ${fact.error.message}`)
  }
}

/** Jobs return counts and lists of what they changed. */
function changedNothing(result: unknown): boolean {
  if (Array.isArray(result)) return result.length === 0
  return typeof result === 'object' && result !== null && Object.values(result).every((count) => count === 0)
}

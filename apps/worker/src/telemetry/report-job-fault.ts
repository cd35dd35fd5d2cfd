import type { JobFact } from '@penstock/queue'
import type { FaultReporter } from '@penstock/telemetry'

/** Reports jobs that were given up. One that is tried again may yet succeed. */
export function reportJobFault(faults: FaultReporter, fact: JobFact): void {
  if (fact.kind !== 'job.failed' || fact.willRetry) return
  faults.report({ where: `job ${fact.job}`, error: fact.error, tags: { attempt: String(fact.attempt) } })
}

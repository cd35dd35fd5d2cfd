import type { JobFact, QueueDepth } from '@penstock/queue'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export interface WorkerMetrics {
  readonly registry: Registry
  record(fact: JobFact): void
}

/** The worker's metrics. How many jobs are in which state is asked of the queue when somebody scrapes, and not in between. */
export function workerMetrics(depth: () => Promise<QueueDepth>): WorkerMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const jobs = new Counter({
    name: 'penstock_jobs_total',
    help: 'Attempts at jobs by their outcome: finished, retried (failed and tried again) or failed (given up)',
    labelNames: ['job', 'outcome'],
    registers: [registry],
  })
  const seconds = new Histogram({
    name: 'penstock_job_duration_seconds',
    help: 'How long attempts at jobs took',
    labelNames: ['job'],
    buckets: [0.01, 0.05, 0.25, 1, 5, 30, 120],
    registers: [registry],
  })
  const takenOver = new Counter({
    name: 'penstock_jobs_taken_over_total',
    help: 'Jobs whose worker died or hung, given to another one',
    registers: [registry],
  })
  const errors = new Counter({
    name: 'penstock_queue_errors_total',
    help: 'Faults of the connection to where jobs are kept',
    registers: [registry],
  })
  new Gauge({
    name: 'penstock_queue_jobs',
    help: 'Jobs in the queue by state',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      this.reset()
      try {
        for (const [state, count] of Object.entries(await depth())) this.set({ state }, count)
      } catch {
        // Where the jobs are kept does not answer: the gauge says nothing, and the other metrics are still worth having.
      }
    },
  })
  return {
    registry,
    record(fact) {
      if (fact.kind === 'job.taken-over') return takenOver.inc()
      if (fact.kind === 'queue.error') return errors.inc()
      seconds.observe({ job: fact.job }, fact.durationMs / 1000)
      jobs.inc({ job: fact.job, outcome: outcomeOf(fact) })
    },
  }
}

function outcomeOf(fact: Extract<JobFact, { kind: 'job.finished' | 'job.failed' }>): string {
  if (fact.kind === 'job.finished') return 'finished'
  return fact.willRetry ? 'retried' : 'failed'
}

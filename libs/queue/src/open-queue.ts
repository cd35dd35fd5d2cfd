import type { JobDefinition } from '@penstock/contracts'
import type { JobsOptions } from 'bullmq'
import type { z } from 'zod'
import type { JobFactSink } from './job-fact.js'
import { queueBackend, type BackendWorker, type QueueConnection } from './queue-backend.js'
import { jobRunner, type JobHandler } from './run-job.js'

/** Finished jobs stay for a day and failed ones for a week, so that people can look at them; both counts bound what is kept. */
const JOB_OPTIONS = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 1000 },
  removeOnComplete: { age: 86_400, count: 1000 },
  removeOnFail: { age: 7 * 86_400, count: 1000 },
} as const satisfies JobsOptions

/** A job whose worker dies this often is broken, or kills its workers. */
const TAKE_OVERS_MAX = 5

/** A job to be run by the clock, once per interval over all workers together. */
export interface Schedule {
  readonly definition: JobDefinition
  readonly everyMs: number
}

export interface ConsumeOptions {
  /** Jobs that run at the same time in this process. */
  readonly concurrency: number
  /** A worker that has not been heard of for this long has lost its job; live ones renew at half the time. */
  readonly leaseMs?: number
}

/** How many jobs are in which state. */
export type QueueDepth = Readonly<Record<'waiting' | 'active' | 'delayed' | 'failed', number>>

/** One named queue, the same on Redis and on PostgreSQL. A job is kept until a worker has finished it, whatever happens to workers. */
export interface JobQueue {
  /** Adds a job; one with the same natural id that is waiting, running or remembered makes this do nothing. */
  enqueue<Payload extends z.ZodType>(definition: JobDefinition<Payload>, payload: z.output<Payload>): Promise<void>
  /** Makes these the queue's only schedules. The same call from many processes, or again after a restart, changes nothing. */
  keepSchedules(schedules: readonly Schedule[]): Promise<void>
  /** Starts to take jobs. Resolves when the worker is connected. */
  consume(handlers: readonly JobHandler[], options: ConsumeOptions): Promise<void>
  depth(): Promise<QueueDepth>
  /**
   * Takes no more jobs, waits up to `graceMs` for the running ones, then aborts their signals and lets go. What was let go is taken over by
   * another worker when its lease ends.
   */
  close(graceMs: number): Promise<void>
}

/** Opens a queue. Connections are made at first use and mended by themselves; their faults are told to `tell`, never thrown at random. */
export function openQueue(name: string, connection: QueueConnection, tell: JobFactSink, nowMs = Date.now): JobQueue {
  const backend = queueBackend(connection)
  const queue = backend.openQueue(name)
  const stopping = new AbortController()
  const workers: BackendWorker[] = []
  const tellError = (error: Error): void => tell({ kind: 'queue.error', queue: name, error })
  queue.on('error', tellError)

  return {
    async enqueue(definition, payload) {
      await queue.add(definition.name, definition.payload.parse(payload), {
        ...JOB_OPTIONS,
        jobId: definition.id(payload),
      })
    },

    async keepSchedules(schedules) {
      for (const { definition, everyMs } of schedules) {
        const template = { name: definition.name, data: definition.payload.parse({}), opts: JOB_OPTIONS }
        await queue.upsertJobScheduler(definition.name, { every: everyMs }, template)
      }
      const wanted = new Set(schedules.map(({ definition }) => definition.name))
      for (const { key } of await queue.getJobSchedulers()) {
        if (!wanted.has(key)) await queue.removeJobScheduler(key)
      }
    },

    async consume(handlers, { concurrency, leaseMs = 30_000 }) {
      const run = jobRunner(handlers, tell, stopping.signal, nowMs)
      const worker = backend.openWorker(name, run, {
        concurrency,
        lockDuration: leaseMs,
        stalledInterval: leaseMs,
        maxStalledCount: TAKE_OVERS_MAX,
      })
      workers.push(worker)
      worker.on('error', tellError)
      worker.on('stalled', (id) => tell({ kind: 'job.taken-over', id }))
      await worker.waitUntilReady()
    },

    async depth() {
      const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'failed')
      const { waiting = 0, active = 0, delayed = 0, failed = 0 } = counts
      return { waiting, active, delayed, failed }
    },

    async close(graceMs) {
      await Promise.all(workers.map((worker) => closeWithin(worker, graceMs, stopping)))
      await queue.close()
    },
  }
}

async function closeWithin(worker: BackendWorker, graceMs: number, stopping: AbortController): Promise<void> {
  const timer = setTimeout(() => stopping.abort('the worker stops'), graceMs)
  // After the abort a job has as long again to notice; then the process goes, whatever the job does.
  const giveUp = new Promise<void>((resolve) => setTimeout(resolve, 2 * graceMs).unref())
  try {
    await Promise.race([worker.close(), giveUp])
  } finally {
    clearTimeout(timer)
  }
}

import type { ConnectionOptions } from 'node:tls'
import {
  createPostgresBackend,
  createRedisBackend,
  withBackend,
  type BackendFactory,
  type Job,
  type JobsOptions,
  type JobType,
  type IQueueBackend,
  type WorkerOptions,
} from 'bullmq'
import { redisOptions } from './redis-options.js'

/** The schema of the configuration database that belongs to the queue alone; it is made and migrated when a process opens the queue. */
export const QUEUE_SCHEMA = 'bullmq'

/** Connections per queue and per worker, beside the one that listens. Jobs hold none while they run. */
const CONNECTIONS_MAX = 2

/** Where jobs are kept. Redis when there is one, else the configuration database; nothing else in the program differs. */
export type QueueConnection =
  | { readonly kind: 'redis'; readonly url: string }
  | {
      readonly kind: 'postgres'
      readonly url: string
      /** Left out: no TLS. */
      readonly ssl?: ConnectionOptions | undefined
    }

/** What this lib uses of a BullMQ queue, the same for both back ends. */
export interface BackendQueue {
  add(name: string, data: unknown, options: JobsOptions): Promise<unknown>
  upsertJobScheduler(
    id: string,
    repeat: { every: number },
    template: { name: string; data: unknown; opts: Omit<JobsOptions, 'jobId' | 'repeat' | 'delay'> },
  ): Promise<unknown>
  getJobSchedulers(): Promise<readonly { readonly key: string }[]>
  removeJobScheduler(id: string): Promise<boolean>
  getJobCounts(...types: JobType[]): Promise<Record<string, number>>
  waitUntilReady(): Promise<unknown>
  on(event: 'error', listener: (error: Error) => void): unknown
  close(): Promise<void>
}

/** What this lib uses of a BullMQ worker. */
export interface BackendWorker {
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'stalled', listener: (jobId: string) => void): unknown
  waitUntilReady(): Promise<unknown>
  close(force?: boolean): Promise<void>
}

/** Queues and workers bound to one back end. */
export interface QueueBackend {
  openQueue(name: string): BackendQueue
  openWorker(
    name: string,
    run: (job: Job) => Promise<unknown>,
    options: Omit<WorkerOptions, 'connection'>,
  ): BackendWorker
}

/** Binds queues and workers to where the jobs are kept. Opens nothing by itself. */
export function queueBackend(connection: QueueConnection): QueueBackend {
  if (connection.kind === 'redis') return bind(createRedisBackend, redisOptions(connection.url))
  return bind(createPostgresBackend, {
    connectionString: connection.url,
    ...(connection.ssl === undefined ? {} : { ssl: connection.ssl }),
    schema: QUEUE_SCHEMA,
    migrate: true,
    max: CONNECTIONS_MAX,
    application_name: 'penstock-queue',
  })
}

/** `withBackend` and not the process-wide default: two queues of different kinds may live in one process, as they do in tests. */
function bind<B extends IQueueBackend, C>(factory: BackendFactory<B, C>, connection: C): QueueBackend {
  const { Queue, Worker } = withBackend(factory)
  return {
    openQueue: (name) => new Queue<unknown>(name, { connection }),
    openWorker: (name, run, options) => new Worker<unknown>(name, (job: Job) => run(job), { ...options, connection }),
  }
}

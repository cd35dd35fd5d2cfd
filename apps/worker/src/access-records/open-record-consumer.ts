import { hostname } from 'node:os'
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { primaryOptions } from '@penstock/redis-address'
import { consumeRecords, type RecordConsumer } from './consume-records.js'
import type { RecordFactSink } from './record-fact.js'
import { recordStream, type RecordStream } from './record-stream.js'
import { storeBatch } from './store-batch.js'

export interface OpenRecordsOptions {
  readonly redisUrl: string
  readonly database: pg.Pool
  readonly report: RecordFactSink
  /** A batch whose worker has not finished it for this long is taken over. */
  readonly idleMs?: number
}

/** The way of access records from Redis into the database, connected but not running. */
export interface RecordIntake {
  readonly stream: Pick<RecordStream, 'length'>
  /** Begins to store what comes. */
  start(): RecordConsumer
  /** Lets go of Redis; a consumer that was started is stopped before. */
  close(): void
}

// A read waits for two seconds; a command that takes longer than this has no Redis behind it.
const COMMAND_TIMEOUT_MS = 10_000

/** Opens two connections to Redis; both come back by themselves when it was away. */
export async function openRecordIntake(options: OpenRecordsOptions): Promise<RecordIntake> {
  // Loaded only where there is a Redis.
  const { Redis } = await import('ioredis')
  const open = () => {
    const redis = new Redis({
      ...primaryOptions(options.redisUrl),
      commandTimeout: COMMAND_TIMEOUT_MS,
      connectTimeout: 5_000,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) => Math.min(2_000, 100 * attempt) * (0.8 + Math.random() * 0.4),
    })
    // Without a listener an unreachable Redis would end the process; the failure itself shows in the next command.
    redis.on('error', () => undefined)
    return redis
  }
  // The same host and process may come again after a restart, while the batches of its past self are still to be taken over.
  const stream = recordStream(open(), open(), `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`)
  const { database, report, idleMs } = options
  return {
    stream,
    close: () => {
      stream.wake()
      stream.close()
    },
    start: () =>
      consumeRecords({
        stream,
        store: (text) => storeBatch(database, text),
        report,
        monotonicMs: () => performance.now(),
        random: Math.random,
        ...(idleMs === undefined ? {} : { idleMs }),
      }),
  }
}

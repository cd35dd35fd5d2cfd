import type { Observe } from '@penstock/observations'
import { AccessRecordBatcher, deliverByHttp } from '@penstock/telemetry'
import { primaryOptions } from '@penstock/redis-address'
import { deliverByStream, type Deliver, type StreamCommands } from './deliver-by-stream.js'

/** Access records on their way: over Redis to workers where there is a Redis, else to admin. */
export interface OpenRecords {
  readonly batcher: AccessRecordBatcher
  /** Sends what waits, for at most `deadlineMs`, and lets go of Redis. */
  close(deadlineMs: number): Promise<void>
}

export interface RecordOptions {
  readonly gatewayId: string
  readonly adminInternalUrl: string
  readonly serviceToken: string
  readonly redisUrl: string | undefined
  readonly observe: Observe
}

export async function openRecords(options: RecordOptions): Promise<OpenRecords> {
  const { gatewayId, redisUrl, observe } = options
  const toAdmin = deliverByHttp(options)
  const stream = redisUrl === undefined ? undefined : await openStream(redisUrl)
  const deliver: Deliver =
    stream === undefined
      ? toAdmin
      : deliverByStream({ ...stream, otherwise: toAdmin, observe, monotonicMs: () => performance.now() })
  const batcher = new AccessRecordBatcher({ gatewayId, deliver, observe })
  return {
    batcher,
    async close(deadlineMs) {
      await batcher.close(deadlineMs)
      stream?.disconnect()
    },
  }
}

// Longer than a call waits for its limits: nobody waits for records, and half a megabyte takes its time.
const COMMAND_TIMEOUT_MS = 1_000

async function openStream(url: string): Promise<{ readonly commands: StreamCommands; disconnect(): void }> {
  // Loaded only where it is used: a gateway without Redis starts without its driver.
  // The package is CommonJS: only what it exports as a whole is found by a bundle, too.
  const { Redis } = (await import('ioredis')).default
  // A connection of its own: a decision on limits must not wait behind half a megabyte of records.
  const redis = new Redis({
    ...primaryOptions(url),
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: 2_000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(2_000, 100 * attempt) * (0.8 + Math.random() * 0.4),
  })
  // That it is away shows in the way that batches take; without a listener each failed attempt would print a warning of its own.
  redis.on('error', () => undefined)
  return {
    commands: { run: (lua, keys, args) => redis.call('EVAL', lua, keys.length, ...keys, ...args) },
    disconnect: () => redis.disconnect(),
  }
}

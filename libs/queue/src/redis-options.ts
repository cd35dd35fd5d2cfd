import { primaryOptions } from '@penstock/redis-address'
import type { RedisOptions } from 'bullmq'

/**
 * The connection of a Redis address in BullMQ's words. Commands wait for a lost connection instead of failing after a few tries: a worker
 * that gives up while Redis restarts would never take a job again.
 */
export function redisOptions(url: string): RedisOptions {
  return { ...primaryOptions(url), maxRetriesPerRequest: null }
}

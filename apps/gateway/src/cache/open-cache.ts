import { localAnswerCache, type SharedStore } from '@penstock/answer-cache'
import { AppError } from '@penstock/errors'
import { Refreshes, type CallCache } from '@penstock/pipeline'
import type { GatewayConfig } from '../config.js'

/** The answers that a gateway keeps. */
export interface OpenCache extends CallCache {
  /** Ends what is being made anew, and lets go of Redis. */
  close(): Promise<void>
}

/** Answers in memory, and with Redis in all gateways of it; undefined when keeping them is switched off. */
export async function openCache(
  { cache }: Pick<GatewayConfig, 'cache'>,
  macKey: Uint8Array,
): Promise<OpenCache | undefined> {
  if (cache === undefined) return undefined
  const { redisUrl, redisTimeoutMs } = cache
  const shared = redisUrl === undefined ? undefined : await openShared(redisUrl, redisTimeoutMs, macKey)
  const answers = localAnswerCache(cache, shared)
  const refreshes = new Refreshes()
  return {
    answers,
    refreshes,
    answerBytesMax: cache.answerBytesMax,
    async close() {
      await refreshes.close(new AppError('NOT_READY', 'the gateway is shutting down'))
      await answers.close()
    },
  }
}

async function openShared(url: string, commandTimeoutMs: number, macKey: Uint8Array): Promise<SharedStore> {
  // Loaded only where it is used: a gateway without Redis starts without its driver.
  const { cacheCommands, openCacheRedis, redisAnswerStore } = await import('@penstock/answer-cache-redis')
  const redis = openCacheRedis(url, { commandTimeoutMs })
  // That it is away is counted by the store; without a listener each failed attempt would print a warning of its own.
  redis.on('error', () => undefined)
  return redisAnswerStore({ commands: cacheCommands(redis), disconnect: () => redis.disconnect(), macKey })
}

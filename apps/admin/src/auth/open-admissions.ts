import type { AdmissionStore } from '@penstock/limits'
import { localAdmissionStore } from '@penstock/limits-local'
import type { Logger } from '@penstock/telemetry'

// A login takes a tenth of a second for its password alone; so it may wait for Redis for longer than a call of an API.
const REDIS_TIMEOUT_MS = 200

/**
 * Where attempts to log in are counted: with Redis exactly over all admin processes, without it, or while it is away, by each of them. Being
 * away must neither lock people out nor make guessing free.
 */
export async function openAdmissions(redisUrl: string | undefined, log: Logger): Promise<AdmissionStore> {
  if (redisUrl === undefined) return localAdmissionStore()
  const { limitCommands, openLimitRedis, redisAdmissionStore } = await import('@penstock/limits-redis')
  const redis = openLimitRedis(redisUrl, { commandTimeoutMs: REDIS_TIMEOUT_MS })
  // That it is away shows in the mode; without a listener each failed attempt would print a warning of its own.
  redis.on('error', () => undefined)
  const store = redisAdmissionStore({
    commands: limitCommands(redis),
    // How many admins there are is known to nobody; each allows the whole limit while it is alone.
    replicas: () => 1,
    onMode: (mode) => log.info('attempts to log in are counted elsewhere', { mode }),
  })
  return {
    admit: (request) => store.admit(request),
    async close() {
      await store.close()
      redis.disconnect()
    },
  }
}

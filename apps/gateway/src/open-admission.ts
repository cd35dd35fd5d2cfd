import type { AdmissionStore } from '@penstock/limits'
import { localAdmissionStore } from '@penstock/limits-local'
import type { Observe } from '@penstock/observations'
import type { ClockWatch } from './clock-watch.js'
import type { GatewayConfig } from './config.js'

/** How often the clock of Redis is looked at. */
const CLOCK_MS = 10_000

/** Where limits are decided: over all gateways when they share a Redis, else in this process. */
export async function openAdmission(
  { limitsRedisUrl, replicas, limitsTimeoutMs }: Pick<GatewayConfig, 'limitsRedisUrl' | 'replicas' | 'limitsTimeoutMs'>,
  clock: ClockWatch,
  observe: Observe,
): Promise<AdmissionStore> {
  if (limitsRedisUrl === undefined) return localAdmissionStore()
  // Loaded only where it is used: a gateway without Redis starts without its driver.
  const { limitCommands, openLimitRedis, redisAdmissionStore } = await import('@penstock/limits-redis')
  const redis = openLimitRedis(limitsRedisUrl, { commandTimeoutMs: limitsTimeoutMs })
  // That it is away shows in the store's mode; without a listener each failed attempt would print a warning of its own.
  redis.on('error', () => undefined)
  const commands = limitCommands(redis)
  const store = redisAdmissionStore({
    commands,
    replicas: () => replicas,
    onMode: (mode) => observe({ kind: 'limits.mode', mode, replicas }),
  })
  const compare = (): void => {
    commands.time().then(
      (redisMs) => clock.compared('redis', Date.now(), redisMs),
      // While it is away there is nothing to compare with.
      () => undefined,
    )
  }
  commands.onReady(compare)
  const timer = setInterval(compare, CLOCK_MS)
  timer.unref()
  return {
    admit: (request) => store.admit(request),
    flush: () => store.flush?.(),
    async close() {
      clearInterval(timer)
      await store.close()
      redis.disconnect()
    },
  }
}

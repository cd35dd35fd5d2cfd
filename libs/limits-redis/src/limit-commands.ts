import { createHash } from 'node:crypto'
import { accessOptions, primaryOptions, redisAddress } from '@penstock/redis-address'
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { ADMIT } from './admit.lua.js'
import { RENEW } from './renew.lua.js'

/** A place in flight: the lease `leaseId` in the set `key`. */
export interface Place {
  readonly key: string
  readonly leaseId: string
}

/** The commands that limits need. All reject within the connection's timeout; none is queued while the connection is away. */
export interface LimitCommands {
  admit(keys: readonly string[], args: readonly (string | number)[]): Promise<number[]>
  renew(key: string, leaseMs: number, leaseIds: readonly string[]): Promise<void>
  /** Gives places back, in one write where they stand on one node. */
  release(places: readonly Place[]): Promise<void>
  /** The server's clock, in milliseconds since 1970. */
  time(): Promise<number>
  /** Calls back each time that a connection stands again. */
  onReady(listener: () => void): void
  close(): void
}

/**
 * Opens a connection of its own for limits. The driver's defaults would let a call wait for more than ten seconds for a Redis that does
 * not answer; here it waits `commandTimeoutMs` and is then decided without Redis. Commands of one turn of the event loop share a pipeline; a release goes out at once.
 */
export function openLimitRedis(url: string, { commandTimeoutMs }: { commandTimeoutMs: number }): Redis | Cluster {
  const address = redisAddress(url)
  const retry = (attempt: number): number => Math.min(500, 50 * attempt) * (0.8 + Math.random() * 0.4)
  const node: RedisOptions = {
    commandTimeout: commandTimeoutMs,
    connectTimeout: 2000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
  }
  const pipelining = { enableAutoPipelining: true, autoPipeliningIgnoredCommands: ['zrem'] }
  if (address.kind !== 'cluster') {
    return new Redis({
      ...primaryOptions(url),
      ...node,
      ...pipelining,
      retryStrategy: retry,
      sentinelRetryStrategy: retry,
    })
  }
  return new Cluster([...address.nodes], {
    ...pipelining,
    enableOfflineQueue: false,
    clusterRetryStrategy: retry,
    // A node that died is replaced within seconds; until then its callers are decided without it, and the map of slots is asked for often.
    slotsRefreshInterval: 1000,
    slotsRefreshTimeout: 1000,
    redisOptions: { ...node, ...accessOptions(address) },
  })
}

export function limitCommands(redis: Redis | Cluster): LimitCommands {
  // A restarted server knows no scripts: its first decisions would take two trips, with a gateway's patience for one.
  const load = () => void Promise.all([ADMIT, RENEW].map((lua) => redis.script('LOAD', lua))).catch(() => undefined)
  if (redis instanceof Redis) redis.on('ready', load)
  const admit = script(redis, ADMIT)
  const renew = script(redis, RENEW)
  return {
    async admit(keys, args) {
      const answer = await admit(keys, args)
      if (!Array.isArray(answer)) throw new Error('unexpected answer of the admit script')
      return answer.map(Number)
    },
    async renew(key, leaseMs, leaseIds) {
      await renew([key], [leaseMs * 1000, ...leaseIds])
    },
    async release(places) {
      if (places.length === 1 || redis instanceof Cluster) {
        await Promise.all(places.map(({ key, leaseId }) => redis.zrem(key, leaseId)))
        return
      }
      const pipeline = redis.pipeline()
      for (const { key, leaseId } of places) pipeline.zrem(key, leaseId)
      await pipeline.exec()
    },
    async time() {
      const [seconds, microseconds] = await redis.time()
      return Number(seconds) * 1000 + Number(microseconds) / 1000
    },
    onReady: (listener) => void redis.on('ready', listener),
    close: () => redis.disconnect(),
  }
}

/** Calls the script by its hash, and by its text where the server does not know it: a restart or failover forgets scripts. */
function script(redis: Redis | Cluster, lua: string) {
  const sha = createHash('sha1').update(lua).digest('hex')
  return async (keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> => {
    try {
      return await redis.evalsha(sha, keys.length, ...keys, ...args)
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
      return redis.eval(lua, keys.length, ...keys, ...args)
    }
  }
}

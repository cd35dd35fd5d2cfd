import { createHash } from 'node:crypto'
import { accessOptions, primaryOptions, redisAddress } from '@penstock/redis-address'
import { Cluster, Command, Redis, type RedisOptions } from 'ioredis'
import { ADMIT } from './admit.lua.js'
import { RENEW } from './renew.lua.js'

/** A place in flight: the lease `leaseId` in the set `key`. */
export interface Place {
  readonly key: string
  readonly leaseId: string
}

/** A word of a command. */
export type Word = string | number

/** The commands that limits need. All reject within the connection's timeout; none is queued while the connection is away. */
export interface LimitCommands {
  /** Runs the admit script with the number of keys, keys and arguments. On its way when this returns; on a cluster in the same turn of the event loop. */
  admit(words: readonly Word[]): Promise<readonly number[]>
  /** Whether keys of several callers may meet in one script call. On a cluster they may not: they live on different nodes. */
  readonly takesGroups: boolean
  renew(key: string, leaseMs: number, leaseIds: readonly string[]): Promise<void>
  /** Gives places back without a script, as a cluster needs it: each goes to its own node. */
  release(places: readonly Place[]): Promise<void>
  /** The server's clock, in milliseconds since 1970. */
  time(): Promise<number>
  /** Calls back each time that a connection stands again. */
  onReady(listener: () => void): void
  close(): void
}

/**
 * Opens a connection of its own for limits. The driver's defaults would let a call wait for more than ten seconds for a Redis that does
 * not answer; here it waits `commandTimeoutMs` and is then decided without Redis. Commands of one turn of the event loop share a pipeline; groups
 * of calls and releases go out at once.
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
  const admit = script(ADMIT, atOnce(redis))
  const renew = script(RENEW, (name, words) => redis.call(name, ...words))
  return {
    async admit(words) {
      const answer = await admit(words)
      if (!Array.isArray(answer)) throw new Error('unexpected answer of the admit script')
      return answer
    },
    takesGroups: redis instanceof Redis,
    async renew(key, leaseMs, leaseIds) {
      await renew([1, key, leaseMs * 1000, ...leaseIds])
    },
    async release(places) {
      await Promise.all(places.map(({ key, leaseId }) => redis.zrem(key, leaseId)))
    },
    async time() {
      const [seconds, microseconds] = await redis.time()
      return Number(seconds) * 1000 + Number(microseconds) / 1000
    },
    onReady: (listener) => void redis.on('ready', listener),
    close: () => redis.disconnect(),
  }
}

type Send = (name: string, words: Word[]) => Promise<unknown>

/** Past the driver's automatic pipelines: a group is a pipeline of its own, and waiting for theirs would cost a turn of the event loop. */
function atOnce(redis: Redis | Cluster): Send {
  if (redis instanceof Cluster) return (name, words) => redis.call(name, ...words)
  return async (name, words) => redis.sendCommand(new Command(name, words, { replyEncoding: 'utf8' }))
}

/** Calls the script by its hash, and by its text where the server does not know it: a restart or failover forgets scripts. */
function script(lua: string, send: Send) {
  const sha = createHash('sha1').update(lua).digest('hex')
  return async (words: readonly Word[]): Promise<unknown> => {
    try {
      return await send('evalsha', [sha, ...words])
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
      return send('eval', [lua, ...words])
    }
  }
}

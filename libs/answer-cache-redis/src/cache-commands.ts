import { createHash } from 'node:crypto'
import { primaryOptions } from '@penstock/redis-address'
import { Redis } from 'ioredis'
import { CLAIM, RELEASE, RENEW, STORE } from './cache-scripts.lua.js'

/** The two keys of an answer, on one node of a cluster. */
export interface AnswerKeys {
  readonly answer: string
  readonly lease: string
}

export type ClaimReply =
  | { readonly kind: 'found'; readonly value: Buffer; readonly keepMs: number }
  | { readonly kind: 'lead' | 'wait' | 'alone' }

/** The commands that the cache needs. All reject within the connection's timeout; none is queued while the connection is away. */
export interface CacheCommands {
  claim(keys: AnswerKeys, token: string, leaseMs: number, ageMsMax: number): Promise<ClaimReply>
  store(keys: AnswerKeys, token: string, value: Uint8Array | string, keepMs: number): Promise<void>
  release(keys: AnswerKeys, token: string): Promise<void>
  renew(keys: AnswerKeys, token: string, leaseMs: number): Promise<void>
}

/**
 * Opens a connection of its own for answers: a big one on its way must not keep a decision on limits waiting. Nothing waits longer than
 * `commandTimeoutMs`.
 */
export function openCacheRedis(url: string, { commandTimeoutMs }: { readonly commandTimeoutMs: number }): Redis {
  return new Redis({
    ...primaryOptions(url),
    commandTimeout: commandTimeoutMs,
    connectTimeout: 2000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(1000, 50 * attempt) * (0.8 + Math.random() * 0.4),
  })
}

export function cacheCommands(redis: Redis): CacheCommands {
  const claim = script(redis, CLAIM)
  const store = script(redis, STORE)
  const release = script(redis, RELEASE)
  const renew = script(redis, RENEW)
  return {
    async claim({ answer, lease }, token, leaseMs, ageMsMax) {
      return claimReply(await claim([answer, lease], [token, leaseMs, ageMsMax]))
    },
    async store({ answer, lease }, token, value, keepMs) {
      const bytes = typeof value === 'string' ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      await store([answer, lease], [token, bytes, keepMs])
    },
    async release({ lease }, token) {
      await release([lease], [token])
    },
    async renew({ lease }, token, leaseMs) {
      await renew([lease], [token, leaseMs])
    },
  }
}

function claimReply(reply: unknown): ClaimReply {
  const [kind, value, keepMs]: unknown[] = Array.isArray(reply) ? reply : []
  const word = String(kind)
  if (word === 'found' && Buffer.isBuffer(value)) return { kind: word, value, keepMs: Number(keepMs) }
  if (word === 'lead' || word === 'wait' || word === 'alone') return { kind: word }
  throw new Error('unexpected answer of the claim script')
}

/** Calls the script by its hash, and by its text where the server does not know it: a restart or failover forgets scripts. */
function script(redis: Redis, lua: string) {
  const sha = createHash('sha1').update(lua).digest('hex')
  return async (keys: readonly string[], args: readonly (string | number | Buffer)[]): Promise<unknown> => {
    try {
      return await redis.callBuffer('EVALSHA', sha, keys.length, ...keys, ...args)
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
      return redis.callBuffer('EVAL', lua, keys.length, ...keys, ...args)
    }
  }
}

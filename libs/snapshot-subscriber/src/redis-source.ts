import { SNAPSHOT_REDIS } from '@penstock/contracts'
import { primaryOptions } from '@penstock/redis-address'
// Not an inline type: that would load the driver.
import type { Redis } from 'ioredis'
import { jittered, pause } from '@penstock/waiting'
import { reasonOf } from '@penstock/internal-http'
import type { SnapshotSource, SourceWatcher } from './snapshot-source.js'

export interface RedisSourceOptions {
  readonly url: string
  /** Pub/sub loses messages by design; this poll bounds how stale a gateway can get. */
  readonly pollMs?: number
  /** From 0 to 1. */
  readonly random?: () => number
}

const POLL_MS = 5_000
// A frozen Redis must not hold up an update for longer than the next source takes.
const COMMAND_TIMEOUT_MS = 2_000
const BODIES_PER_TRIP = 200

/** Snapshots from Redis: bodies by hash, the latest manifest, and a hint when it changed. Falls silent while Redis is away. */
export function redisSource(options: RedisSourceOptions): SnapshotSource {
  let connections: Promise<Connections> | undefined
  const connected = () => (connections ??= openConnections(options.url))
  return {
    name: 'redis',
    mayChangeEpoch: false,
    watch: async (watcher, signal) => watch(options, await connected(), watcher, signal),
    bodies: async (hashes) => fetchBodies((await connected()).commands, hashes),
    close: async () => {
      const open = await connections
      open?.commands.disconnect()
      open?.hints.disconnect()
    },
  }
}

/** The driver is loaded here and not before: a gateway without Redis starts without it. */
async function openConnections(url: string): Promise<Connections> {
  // The package is CommonJS: only what it exports as a whole is found by a bundle, too.
  const { Redis } = (await import('ioredis')).default
  const open = () => {
    const redis = new Redis({
      ...primaryOptions(url),
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_TIMEOUT_MS,
      connectTimeout: COMMAND_TIMEOUT_MS,
      // Done here, at each connect: the driver's own fails without anybody to hear it, which would end the process.
      autoResubscribe: false,
      retryStrategy: (times) => jittered(Math.min(5_000, 100 * 2 ** Math.min(times, 6)), Math.random()),
    })
    // Without a listener an unreachable Redis would end the process; the failure itself shows in the next command.
    redis.on('error', () => undefined)
    return redis
  }
  return { commands: open(), hints: open() }
}

interface Connections {
  readonly commands: Redis
  readonly hints: Redis
}

async function watch(
  options: RedisSourceOptions,
  { commands, hints }: Connections,
  watcher: SourceWatcher,
  signal: AbortSignal,
): Promise<void> {
  const random = options.random ?? Math.random
  let wake = new AbortController()
  const hinted = () => wake.abort()
  commands.on('ready', hinted)
  const listenAgain = listenForHints(hints, hinted)
  signal.addEventListener('abort', hinted, { once: true })
  void hints.connect().catch(() => undefined)
  // Waits for the answer or the refusal, no longer than `connectTimeout`: asked before, the driver only says that there is no connection.
  await commands.connect().catch(() => undefined)
  let settled: string | undefined
  while (!signal.aborted) {
    wake = new AbortController()
    const pollInMs = jittered(options.pollMs ?? POLL_MS, random())
    try {
      const latest = await commands.get(SNAPSHOT_REDIS.latest)
      watcher.answered()
      if (latest !== null && latest !== settled && (await watcher.offer(JSON.parse(latest))) === 'settled')
        settled = latest
    } catch (error) {
      if (!signal.aborted) watcher.failed(reasonOf(error), pollInMs)
    }
    listenAgain()
    if (!signal.aborted) await pause(pollInMs, wake.signal)
  }
}

/**
 * Subscribes at each connect; a message lost in between is what the poll is for. The returned function tries again where that was refused,
 * for example for want of a permission.
 */
function listenForHints(hints: Redis, hinted: () => void): () => void {
  let listens = false
  const subscribe = (): void => {
    const heard = () => {
      listens = true
      hinted()
    }
    hints.subscribe(SNAPSHOT_REDIS.hint).then(heard, () => undefined)
  }
  hints.on('message', hinted)
  hints.on('ready', subscribe)
  hints.on('close', () => (listens = false))
  return () => {
    if (!listens && hints.status === 'ready') subscribe()
  }
}

async function fetchBodies(commands: Redis, hashes: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (let start = 0; start < hashes.length; start += BODIES_PER_TRIP) {
    const some = hashes.slice(start, start + BODIES_PER_TRIP)
    const texts = await commands.mget(some.map((hash) => `${SNAPSHOT_REDIS.body}${hash}`))
    some.forEach((hash, index) => {
      const text = texts[index]
      if (typeof text === 'string') found.set(hash, text)
    })
  }
  return found
}

import { z } from 'zod'
import { launchService } from './launch-service.js'

/** Set it to test against a Redis of your own; tests flush the database that it names. */
const REDIS_URL_VARIABLE = 'TEST_REDIS_URL'

export interface OwnedRedis {
  readonly url: string
  /** Of the server itself, for signals; undefined for a server that TEST_REDIS_URL names. */
  readonly pid: number | undefined
  stop(): Promise<void>
}

const Announcement = z.object({ url: z.string(), pid: z.number() })

/**
 * A real Redis of your own, from the PATH or from Debian's packages; it also ends when this process does. With TEST_REDIS_URL set that
 * server is used and `pid` is undefined.
 */
export async function startRedis(options: readonly string[] = []): Promise<OwnedRedis> {
  const given = process.env[REDIS_URL_VARIABLE]
  if (given !== undefined && given !== '') return { url: given, pid: undefined, stop: () => Promise.resolve() }
  return startOwnRedis(options)
}

/** The same, whatever TEST_REDIS_URL says: for servers that stand in for each other, and are killed. */
export async function startOwnRedis(options: readonly string[] = []): Promise<OwnedRedis> {
  const { announcement, stop } = await launchService('test-redis.mjs', options)
  return { ...Announcement.parse(announcement), stop }
}

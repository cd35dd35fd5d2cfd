import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

/** Set it to test against a Redis of your own; tests flush the database that it names. */
const REDIS_URL_VARIABLE = 'TEST_REDIS_URL'

export interface OwnedRedis {
  readonly url: string
  /** Of the server itself, for SIGSTOP and SIGKILL; undefined for a server that TEST_REDIS_URL names. */
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
  // The same relative path holds from src/ and from dist/.
  const program = fileURLToPath(new URL('../../../tools/services/test-redis.mjs', import.meta.url))
  const server = spawn(process.execPath, [program, ...options], { stdio: ['pipe', 'pipe', 'inherit'], detached: true })
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()))
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: server.stdout }).once('line', resolve)
    server.once('error', reject)
    server.once('close', (code) =>
      reject(new Error(`the test Redis ended with code ${String(code)}; its reason is above`)),
    )
  })
  const { url, pid } = Announcement.parse(JSON.parse(line))
  server.unref()
  server.stdout.destroy()
  return {
    url,
    pid,
    stop: async () => {
      server.ref()
      server.stdin.end()
      await ended
    },
  }
}

import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { Attempt } from './history.js'

export interface Target {
  /** The gateways' addresses; each call goes to one of them at random. */
  readonly urls: readonly string[]
  /** Below /api: `limited?seconds=0.02`, asked for anew for each call. */
  readonly path: (random: () => number) => string
  readonly token?: string
}

export interface Load {
  /** What was answered up to now. */
  readonly attempts: readonly Attempt[]
  /** Sends no more calls and waits for those under way. */
  stop(): Promise<readonly Attempt[]>
}

// No fault may hold a caller for longer; what is given up counts as unreachable.
const PATIENCE_MS = 30_000
// A bound on what one load can ask for, whatever goes wrong.
const ATTEMPTS_MAX = 20_000

/**
 * An open model: calls are sent at this rate whatever becomes of them, because callers of real life do not slow down with the victim.
 * Arrivals are random (exponential gaps), from a seed, so that bursts and quiet stretches both occur.
 */
export function openLoad(target: Target, { perSecond, seed = 1 }: { perSecond: number; seed?: number }): Load {
  const attempts: Attempt[] = []
  const underWay = new Set<Promise<void>>()
  const random = seeded(seed)
  const stopped = new AbortController()
  const driver = (async () => {
    let dueMs = performance.now()
    for (let sent = 0; sent < ATTEMPTS_MAX && !stopped.signal.aborted; sent += 1) {
      dueMs += (-Math.log(1 - random()) / perSecond) * 1000
      const waitMs = dueMs - performance.now()
      if (waitMs > 0) await pause(waitMs, undefined, { signal: stopped.signal }).catch(() => undefined)
      if (stopped.signal.aborted) return
      const gateway = Math.floor(random() * target.urls.length)
      const call: Promise<void> = attempt(target, gateway, random).then((done) => {
        attempts.push(done)
        underWay.delete(call)
      })
      underWay.add(call)
    }
  })()
  return {
    attempts,
    async stop() {
      stopped.abort()
      await driver
      await Promise.all(underWay)
      return attempts
    },
  }
}

/** The same for so long. */
export async function loadFor(
  target: Target,
  options: { perSecond: number; seed?: number; forMs: number },
): Promise<readonly Attempt[]> {
  const load = openLoad(target, options)
  await pause(options.forMs)
  return load.stop()
}

/** One call of an API that may tell by `began` and `ended` when its statement ran. Never rejects. */
export async function attempt(target: Target, gateway: number, random: () => number = Math.random): Promise<Attempt> {
  const sentMs = Date.now()
  const headers: Record<string, string> = target.token === undefined ? {} : { authorization: `Bearer ${target.token}` }
  try {
    const response = await fetch(`${target.urls[gateway] ?? ''}/api/${target.path(random)}`, {
      headers,
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    const body = answer.parse(await response.json())
    const [row] = body.data
    const ran = row === undefined ? undefined : { beganMs: row.began, endedMs: row.ended }
    return { sentMs, endedMs: Date.now(), status: response.status, code: body.code, gateway, ran }
  } catch {
    return { sentMs, endedMs: Date.now(), status: 0, code: undefined, gateway, ran: undefined }
  }
}

const timed = z.object({ began: z.number(), ended: z.number() })
const answer = z.object({
  code: z.string().optional(),
  data: z.array(timed.optional().catch(undefined)).catch([]),
})

/** The same numbers for the same seed: Lehmer's generator, good enough to spread calls. */
function seeded(seed: number): () => number {
  let state = (seed * 48_271) % 2_147_483_647 || 1
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}

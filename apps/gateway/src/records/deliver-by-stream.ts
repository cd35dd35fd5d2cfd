import { ACCESS_RECORD_STREAM } from '@penstock/contracts'
import type { Observe } from '@penstock/observations'
import type { Delivery } from '@penstock/telemetry'

/** Hands over one batch. Throws when it should be tried again. */
export type Deliver = (body: Buffer, signal: AbortSignal) => Promise<Delivery>

/** A Redis, as far as a stream of batches needs it. Rejects within its own time when it does not answer. */
export interface StreamCommands {
  /** Runs a script over keys. */
  run(lua: string, keys: readonly string[], args: readonly (string | number | Buffer)[]): Promise<unknown>
}

export interface DeliverByStreamOptions {
  readonly commands: StreamCommands
  /** Takes what the stream does not. */
  readonly otherwise: Deliver
  readonly observe: Observe
  monotonicMs(): number
}

/**
 * KEYS[1] stream   ARGV[1] most entries   ARGV[2] field   ARGV[3] batch
 * returns 1 added | 0 full: an entry is never trimmed away that no worker has stored.
 */
const APPEND = `
if redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[1], '*', ARGV[2], ARGV[3])
return 1
`

// A Redis that did not answer is not asked for the next batches: each would wait for its deadline first, while records pile up.
const AWAY_MS = 5_000

/**
 * Puts batches on the stream that workers read, and hands them to admin while Redis is away or no worker keeps up. A batch that reached
 * both is stored once, by its id.
 */
export function deliverByStream({ commands, otherwise, observe, monotonicMs }: DeliverByStreamOptions): Deliver {
  let awayUntilMs = -Infinity
  let via: 'redis' | 'admin' = 'redis'
  const goes = (now: 'redis' | 'admin', reason?: string): void => {
    if (via !== now) observe({ kind: 'access-records.route', via: now, reason })
    via = now
  }
  const append = async (body: Buffer): Promise<boolean> => {
    const { key, lengthMax, field } = ACCESS_RECORD_STREAM
    const added = await commands.run(APPEND, [key], [lengthMax, field, body])
    if (added === 1) goes('redis')
    else goes('admin', `${lengthMax} batches wait for a worker`)
    return added === 1
  }
  return async (body, signal) => {
    if (monotonicMs() >= awayUntilMs) {
      try {
        if (await append(body)) return 'taken'
      } catch (error) {
        awayUntilMs = monotonicMs() + AWAY_MS
        goes('admin', error instanceof Error ? error.message : String(error))
      }
    }
    return otherwise(body, signal)
  }
}

/** A program was suspended: it had to be ended again and again. */
export interface Suspension {
  readonly forMs: number
  /** How many times it was suspended before this. */
  readonly before: number
}

interface Record {
  points: number
  sinceMs: number
  level: number
  untilMs: number
}

const WINDOW_MS = 60_000
// Three ends by the watchdog within a minute, or nine by the interpreter's own clocks.
const POINTS_MAX = 9
const FIRST_MS = 5_000
const LONGEST_MS = 600_000
// More programs in trouble than this are not remembered: the oldest is forgiven.
const RECORDS_MAX = 1_000

/** What ending a job cost: a thread (`kill`), or a run within its clocks (`limit`). */
export type Strike = 'kill' | 'limit'
const POINTS: { readonly [strike in Strike]: number } = { kill: 3, limit: 1 }

/** Programs that are not run for a while. Pure: times are arguments. */
export class Suspensions {
  readonly #records = new Map<string, Record>()

  /** How long the program still waits; 0 when it may run. */
  waitMs(key: string, nowMs: number): number {
    return Math.max(0, (this.#records.get(key)?.untilMs ?? 0) - nowMs)
  }

  /** Counts an end by force; tells when it is one too many. */
  strike(key: string, strike: Strike, nowMs: number): Suspension | undefined {
    const record = this.#recordOf(key, nowMs)
    record.points += POINTS[strike]
    if (record.points < POINTS_MAX || record.untilMs > nowMs) return undefined
    const forMs = waitOf(record.level)
    record.untilMs = nowMs + forMs
    record.sinceMs = record.untilMs
    // On trial afterwards: one more kill, or three limits, and it waits twice as long.
    record.points = POINTS_MAX - POINTS.kill
    record.level += 1
    return { forMs, before: record.level - 1 }
  }

  #recordOf(key: string, nowMs: number): Record {
    const known = this.#records.get(key)
    const record = known ?? { points: 0, sinceMs: nowMs, level: 0, untilMs: 0 }
    this.#records.delete(key)
    this.#records.set(key, record)
    if (nowMs - record.sinceMs > WINDOW_MS) {
      record.points = 0
      record.sinceMs = nowMs
    }
    // A program that behaved for ten times its last wait begins anew.
    if (record.level > 0 && nowMs - record.untilMs > 10 * waitOf(record.level - 1)) record.level = 0
    if (this.#records.size > RECORDS_MAX) {
      const [oldest] = this.#records.keys()
      if (oldest !== undefined) this.#records.delete(oldest)
    }
    return record
  }
}

const waitOf = (level: number) => Math.min(LONGEST_MS, FIRST_MS * 2 ** level)

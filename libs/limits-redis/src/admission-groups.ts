import type { AdmissionRequest } from '@penstock/limits'
import type { LimitCommands, Place, Word } from './limit-commands.js'

/** One call that asks. */
interface Candidate {
  readonly request: AdmissionRequest
  readonly leaseId: string
  /** Leases of each concurrency limit, then admissions of each rate limit. */
  readonly keys: readonly string[]
}

/** What the script says of one call: result, index of what refused, retry after ms, then for each rate: remaining, reset ms. */
export type Verdict = readonly number[]

interface Waiting extends Candidate {
  resolve(verdict: Verdict): void
  reject(error: unknown): void
}

/** Most calls that one script call decides: some 20 µs each, for which a Redis serves nobody else. */
const GROUP_MAX = 32
/** Most places that one script call gives back: some 2 µs each. */
const LEAVING_MAX = 128
/** Words of a verdict before those of its rates. */
const HEAD = 3
const FAILED = 3

/**
 * The calls of one turn of the event loop ask together: one command, one trip and one timer for up to 32 of them, and places that are given
 * back meanwhile ride along. Redis decides them one after the other, as if each had come alone. A group that fails, fails for each of its
 * calls. On a cluster each call is a group of its own.
 */
export class AdmissionGroups {
  readonly #groupMax: number
  #waiting: Waiting[] = []
  #leaving: Place[] = []
  #asking = false
  #giving: NodeJS.Immediate | undefined

  constructor(
    readonly commands: Pick<LimitCommands, 'admit' | 'release' | 'takesGroups'>,
    readonly leaseMs: number,
  ) {
    this.#groupMax = commands.takesGroups ? GROUP_MAX : 1
  }

  /** Leaves in the next tick, with all that ask until then. */
  admit(request: AdmissionRequest, leaseId: string, keys: readonly string[]): Promise<Verdict> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, leaseId, keys, resolve, reject })
      if (this.#asking) return
      this.#asking = true
      process.nextTick(() => {
        this.#asking = false
        this.flush()
      })
    })
  }

  /** The places go with the next group, at the latest when this turn of the event loop ends. */
  release(places: readonly Place[]): void {
    for (const place of places) this.#leaving.push(place)
    this.#giving ??= setImmediate(() => this.flush())
  }

  /** Sends all that waits, now. */
  flush(): void {
    if (this.#giving !== undefined) clearImmediate(this.#giving)
    this.#giving = undefined
    const waiting = this.#waiting
    let leaving = this.#leaving
    this.#waiting = []
    this.#leaving = []
    if (!this.commands.takesGroups && leaving.length > 0) {
      this.commands.release(leaving).catch(() => undefined)
      leaving = []
    }
    const most = this.#groupMax
    for (let at = 0; at * most < waiting.length || at * LEAVING_MAX < leaving.length; at += 1) {
      this.#send(waiting.slice(at * most, (at + 1) * most), leaving.slice(at * LEAVING_MAX, (at + 1) * LEAVING_MAX))
    }
  }

  #send(group: readonly Waiting[], leaving: readonly Place[]): void {
    this.commands.admit(wordsOf(group, leaving, this.leaseMs)).then(
      (answer) => tell(group, answer),
      // A release that is lost costs the place until its lease runs out.
      (error: unknown) => {
        for (const { reject } of group) reject(error)
      },
    )
  }
}

/** See the header of the script. */
function wordsOf(group: readonly Waiting[], leaving: readonly Place[], leaseMs: number): Word[] {
  const words: Word[] = [0]
  for (const { key } of leaving) words.push(key)
  for (const { keys } of group) for (const key of keys) words.push(key)
  words[0] = words.length - 1
  words.push(leaving.length, leaseMs * 1000)
  for (const { leaseId } of leaving) words.push(leaseId)
  for (const { leaseId, request } of group) {
    const { concurrency, rates } = request
    words.push(leaseId, concurrency.length, rates.length)
    for (const { limit } of concurrency) words.push(limit)
    for (const { limit, windowMs } of rates) words.push(limit, windowMs * 1000)
  }
  return words
}

function tell(group: readonly Waiting[], answer: readonly number[]): void {
  let from = 0
  for (const { request, resolve, reject } of group) {
    const to = from + HEAD + 2 * request.rates.length
    if (to > answer.length || answer[from] === FAILED) reject(new Error('the admit script did not decide this call'))
    else resolve(group.length === 1 ? answer : answer.slice(from, to))
    from = to
  }
}

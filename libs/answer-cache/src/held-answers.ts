import type { CachedAnswer } from './answer-cache.js'

export interface HeldBounds {
  readonly bytesMax: number
  readonly entriesMax: number
}

interface Held {
  readonly answer: CachedAnswer
  readonly bytes: number
  readonly untilMs: number
}

// What an entry costs beside its key and its body: objects, the place in the map, the ETag.
const ENTRY_BYTES = 400

/** The answers of one process, never more than the bounds: the one that was not asked for longest goes first. */
export class HeldAnswers {
  // A Map keeps the order of insertion: the first is the one whose last use is longest ago.
  readonly #answers = new Map<string, Held>()
  #bytes = 0
  #evicted = 0

  constructor(
    readonly bounds: HeldBounds,
    readonly now: () => number,
  ) {}

  get(key: string): CachedAnswer | undefined {
    const held = this.#answers.get(key)
    if (held === undefined) return undefined
    if (this.now() >= held.untilMs) {
      this.delete(key)
      return undefined
    }
    this.#answers.delete(key)
    this.#answers.set(key, held)
    return held.answer
  }

  /** Holds the answer for `keepMs`. One that is bigger than all bounds together is not taken. */
  set(key: string, answer: CachedAnswer, keepMs: number): void {
    this.delete(key)
    const bytes = answer.body.byteLength + 2 * key.length + ENTRY_BYTES
    if (bytes > this.bounds.bytesMax || keepMs <= 0) return
    this.#answers.set(key, { answer, bytes, untilMs: this.now() + keepMs })
    this.#bytes += bytes
    for (const oldest of this.#answers.keys()) {
      if (this.#bytes <= this.bounds.bytesMax && this.#answers.size <= this.bounds.entriesMax) return
      this.delete(oldest)
      this.#evicted += 1
    }
  }

  delete(key: string): void {
    const held = this.#answers.get(key)
    if (held === undefined) return
    this.#answers.delete(key)
    this.#bytes -= held.bytes
  }

  counts(): { readonly bytes: number; readonly entries: number; readonly evicted: number } {
    return { bytes: this.#bytes, entries: this.#answers.size, evicted: this.#evicted }
  }
}

// More are not remembered: the one that ran longest ago is a stranger again.
const KNOWN_MAX = 10_000

/** What a program computes at most to be taken for a quick one, in one go between two answers of its host. */
export const QUICK_MS = 25

/**
 * Which programs are known to be quick: the last run of theirs ended by itself, and soon. Of a stranger nobody knows, so that what is new
 * and what hangs begin under the same suspicion. Bounded.
 */
export class Tempers {
  // Used last, dropped last.
  readonly #quick = new Set<string>()

  isQuick(key: string): boolean {
    return this.#quick.has(key)
  }

  /** A run ended by itself within the time of the quick. */
  wasQuick(key: string): void {
    this.#quick.delete(key)
    this.#quick.add(key)
    const [oldest] = this.#quick
    if (this.#quick.size > KNOWN_MAX && oldest !== undefined) this.#quick.delete(oldest)
  }

  /** A run takes longer, or had to be ended. */
  wasSlow(key: string): void {
    this.#quick.delete(key)
  }
}

// More are not remembered: the one that ran longest ago is a stranger again.
const KNOWN_MAX = 10_000

/** What a program computes at most to be taken for a quick one, in one go between two answers of its host. */
export const QUICK_MS = 25

/** How long a program computes, by its last run that ended by itself; of a stranger nobody knows whether it ever ends. */
export type Temper = 'quick' | 'slow' | 'strange'

/** What is known of programs, so that what is new and what hangs begin under the same suspicion. Bounded. */
export class Tempers {
  // Used last, dropped last.
  readonly #known = new Map<string, 'quick' | 'slow'>()

  of(key: string): Temper {
    return this.#known.get(key) ?? 'strange'
  }

  /** A run ended by itself. */
  ended(key: string, how: 'quick' | 'slow'): void {
    this.#known.delete(key)
    this.#known.set(key, how)
    const [oldest] = this.#known.keys()
    if (this.#known.size > KNOWN_MAX && oldest !== undefined) this.#known.delete(oldest)
  }

  /** A run takes longer than a quick one's. */
  tookLong(key: string): void {
    if (this.#known.has(key)) this.#known.set(key, 'slow')
  }

  /** A run had to be ended. */
  hung(key: string): void {
    this.#known.delete(key)
  }
}

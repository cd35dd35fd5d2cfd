// What a group waits for: its members' answers come when the slowest statement has ended.
const SHORT_MS_MAX = 10
const GROUP_MS_MAX = 50
const RUNS_MIN = 8
const ROWS_MAX = 128
const BYTES_MAX = 65_536
// Weight of the newest run in the moving average.
const NEWEST = 0.25
// A set of texts that grows with the templates' shapes; when it is full it starts anew, and each is measured again.
const TEXTS_MAX = 2000

interface Measured {
  runs: number
  averageMs: number
  /** It met the time limit of a group once: it never is in one again. */
  banned: boolean
}

/** What is known of how long texts take: which of them may share a trip with others. */
export class ShortReads {
  readonly #byText = new Map<string, Measured>()

  has(text: string): boolean {
    const measured = this.#byText.get(text)
    return measured !== undefined && !measured.banned && measured.runs >= RUNS_MIN && measured.averageMs <= SHORT_MS_MAX
  }

  /** A result of this size would hold the others of its group up. */
  isLarge(rows: number, bytes: number): boolean {
    return rows > ROWS_MAX || bytes > BYTES_MAX
  }

  /** A read ran alone. */
  ranAlone(text: string, ms: number, rows: number, bytes: number): void {
    const measured = this.#measured(text)
    if (this.isLarge(rows, bytes)) measured.runs = 0
    else measured.runs += 1
    measured.averageMs = measured.runs <= 1 ? ms : measured.averageMs * (1 - NEWEST) + ms * NEWEST
  }

  /** A group ran: when it took long, each of its texts has to show again, alone, that it is short. */
  ranTogether(texts: readonly string[], ms: number): void {
    if (ms <= GROUP_MS_MAX) return
    for (const text of texts) this.#measured(text).runs = 0
  }

  /** A result was too large for a group. */
  wasLarge(text: string): void {
    this.#measured(text).runs = 0
  }

  timedOut(text: string): void {
    this.#measured(text).banned = true
  }

  #measured(text: string): Measured {
    const known = this.#byText.get(text)
    if (known !== undefined) return known
    if (this.#byText.size >= TEXTS_MAX) this.#byText.clear()
    const measured = { runs: 0, averageMs: 0, banned: false }
    this.#byText.set(text, measured)
    return measured
  }
}

/**
 * Gathers the answers that become known in one turn of the event loop and writes them in one go, behind everything that the turn read.
 * Written one by one, each between the work for two other calls, they cost half as much again: each of them wakes its reader alone, and
 * drives out of the processor's caches what the next call needs.
 */
export class AnswersOfTurn {
  #waiting: (() => void)[] = []

  /** Writes in this turn, in the order in which answers come. */
  add(write: () => void): void {
    if (this.#waiting.push(write) === 1) setImmediate(() => this.#write())
  }

  /** One that throws holds up no other: those behind it are written in the next turn. */
  #write(): void {
    const waiting = this.#waiting
    this.#waiting = []
    let written = 0
    try {
      for (const write of waiting) {
        written += 1
        write()
      }
    } finally {
      for (const write of waiting.slice(written)) this.add(write)
    }
  }
}

/**
 * Gathers tasks of the same kind and runs them in one go, behind everything that this turn of the event loop reads. A call that goes through
 * all its stages before the next one is looked at costs half as much again: each answer wakes its reader alone, each statement its server,
 * and each stage drives out of the processor's caches what the next call begins with.
 */
export class TurnQueue {
  #waiting: (() => void)[] = []

  /** `first` is done before the tasks of each turn: what must have left before them. */
  constructor(readonly first: () => void = () => undefined) {}

  /** Runs the task in this turn, in the order in which tasks come. */
  add(task: () => void): void {
    if (this.#waiting.push(task) === 1) setImmediate(() => this.run())
  }

  /** Runs what waits, now. A task that throws holds up no other: those behind it run in the next turn. */
  run(): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    let begun = 0
    try {
      this.first()
      for (const task of waiting) {
        begun += 1
        task()
      }
    } finally {
      for (const task of waiting.slice(begun)) this.add(task)
    }
  }
}

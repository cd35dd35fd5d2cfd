const CAPACITY_FIRST = 8

/**
 * The times of past admissions under one key, newest last, in a ring that grows as needed. It is not cut when a limit is lowered, so
 * that lowering and raising it again forgives nothing; only what no window can see any more is dropped.
 */
export class SlidingLog {
  #times = new Float64Array(CAPACITY_FIRST)
  #first = 0
  #count = 0

  /** How many times are held. Right after `forget` with a window: the admissions in that window. */
  get count(): number {
    return this.#count
  }

  /** The n-th newest time, counted from 1; undefined when fewer are held. */
  nthNewest(n: number): number | undefined {
    return n > this.#count ? undefined : this.#at(this.#count - n)
  }

  /** The oldest time that is held. */
  oldest(): number | undefined {
    return this.#count === 0 ? undefined : this.#at(0)
  }

  /** Adds an admission. A clock that stepped back is held at the newest time, so that times never run backwards under one key. */
  push(timeMs: number): void {
    if (this.#count === this.#times.length) this.#grow()
    this.#times[(this.#first + this.#count) % this.#times.length] = Math.max(timeMs, this.nthNewest(1) ?? timeMs)
    this.#count += 1
  }

  /** Drops the times that lie a window or more before `nowMs`. */
  forget(nowMs: number, windowMs: number): void {
    while (this.#count > 0 && nowMs - this.#at(0) >= windowMs) {
      this.#first = (this.#first + 1) % this.#times.length
      this.#count -= 1
    }
  }

  #at(index: number): number {
    return this.#times[(this.#first + index) % this.#times.length] ?? 0
  }

  #grow(): void {
    const larger = new Float64Array(this.#times.length * 2)
    for (let index = 0; index < this.#count; index += 1) larger[index] = this.#at(index)
    this.#times = larger
    this.#first = 0
  }
}

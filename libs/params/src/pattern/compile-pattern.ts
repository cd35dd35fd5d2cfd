import { patternProgram, type Step } from './pattern-program.js'
import { parsePattern } from './pattern-tree.js'

/** Longer values are refused before they are matched: with PATTERN_STEPS_MAX this bounds a match to some ten milliseconds. */
export const PATTERN_VALUE_LENGTH_MAX = 4096

/** True when the whole value matches. Never slower than linear in the value. */
export type PatternMatcher = (value: string) => boolean

/**
 * Compiles a JavaScript regular expression (flag u) for whole values. It runs as a finite automaton that follows all ways at once, so no
 * value can make it run long, however the pattern nests its quantifiers. Throws PatternRefused for what is no regular expression in
 * this sense: looking around and referring back.
 */
export function compilePattern(source: string): PatternMatcher {
  const steps = patternProgram(parsePattern(source))
  let current = new Frontier(steps)
  let next = new Frontier(steps)
  return (value) => {
    current.clear()
    current.follow(0, value, 0)
    for (let at = 0; at < value.length;) {
      if (current.count === 0) return false
      const codePoint = value.codePointAt(at) ?? 0
      at += codePoint > 0xffff ? 2 : 1
      next.clear()
      for (let index = 0; index < current.count; index++) {
        const here = current.at(index)
        const step = steps[here]
        if (step?.kind === 'character' && step.test(codePoint)) next.follow(here + 1, value, at)
      }
      const spent = current
      current = next
      next = spent
    }
    return current.matched
  }
}

/** The steps that can be next after some part of the value; each at most once. Used again for each value: matching is synchronous. */
class Frontier {
  readonly #steps: readonly Step[]
  /** Steps that read a character. */
  readonly #waiting: Uint16Array
  /** Number of the round in which a step was last reached. */
  readonly #reached: Uint32Array
  readonly #stack: number[] = []
  #round = 0
  count = 0
  matched = false

  constructor(steps: readonly Step[]) {
    this.#steps = steps
    this.#waiting = new Uint16Array(steps.length)
    this.#reached = new Uint32Array(steps.length)
  }

  at(index: number): number {
    return this.#waiting[index] ?? 0
  }

  clear(): void {
    this.count = 0
    this.matched = false
    this.#round = (this.#round + 1) >>> 0
    if (this.#round !== 0) return
    // After 2^32 rounds old marks could be taken for new ones.
    this.#reached.fill(0)
    this.#round = 1
  }

  /** Adds the step and all that can be reached from it without reading. `place` is the index in the value. */
  follow(start: number, value: string, place: number): void {
    const stack = this.#stack
    stack.push(start)
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      if (this.#reached[index] === this.#round) continue
      this.#reached[index] = this.#round
      const step = this.#steps[index]
      if (step === undefined) continue
      if (step.kind === 'character') this.#waiting[this.count++] = index
      else if (step.kind === 'match') this.matched = true
      else if (step.kind === 'jump') stack.push(step.next)
      else if (step.kind === 'fork') stack.push(step.other, step.next)
      else if (holds(step.what, value, place)) stack.push(index + 1)
    }
  }
}

function holds(what: 'start' | 'end' | 'word' | 'no-word', value: string, place: number): boolean {
  if (what === 'start') return place === 0
  if (what === 'end') return place === value.length
  return (isWord(value, place - 1) !== isWord(value, place)) === (what === 'word')
}

function isWord(value: string, place: number): boolean {
  return /^\w$/.test(value.charAt(place))
}

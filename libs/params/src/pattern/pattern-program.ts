import { type CharacterTest, characterTest } from './character-test.js'
import { PatternRefused, type PatternTree } from './pattern-tree.js'

/** One step of a program; `next` and `other` are indexes of steps. */
export type Step =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'assert'; readonly what: 'start' | 'end' | 'word' | 'no-word' }
  | { readonly kind: 'fork'; next: number; other: number }
  | { readonly kind: 'jump'; next: number }
  | { readonly kind: 'match' }

/** The time of a match is at most steps × characters. Room for three parts of up to 255 characters, as in names of hosts. */
const PATTERN_STEPS_MAX = 2000

/** Lays a tree out as steps: those of a character and of an assertion go on with the step that follows them. */
export function patternProgram(tree: PatternTree): readonly Step[] {
  const steps: Step[] = []
  emit(tree, steps)
  steps.push({ kind: 'match' })
  return steps
}

function emit(tree: PatternTree, steps: Step[]): void {
  if (steps.length > PATTERN_STEPS_MAX)
    throw new PatternRefused(`is too long: it takes more than ${PATTERN_STEPS_MAX} steps`)
  if (tree.kind === 'atom') steps.push({ kind: 'character', test: characterTest(tree.source) })
  else if (tree.kind === 'assert') steps.push({ kind: 'assert', what: tree.what })
  else if (tree.kind === 'sequence') for (const item of tree.items) emit(item, steps)
  else if (tree.kind === 'choice') emitChoice(tree.options, steps)
  else emitRepeat(tree, steps)
}

function emitChoice(options: readonly PatternTree[], steps: Step[]): void {
  const ends: { next: number }[] = []
  options.forEach((option, at) => {
    if (at === options.length - 1) {
      emit(option, steps)
      return
    }
    const fork = { kind: 'fork' as const, next: steps.length + 1, other: 0 }
    steps.push(fork)
    emit(option, steps)
    const end = { kind: 'jump' as const, next: 0 }
    steps.push(end)
    ends.push(end)
    fork.other = steps.length
  })
  for (const end of ends) end.next = steps.length
}

function emitRepeat(tree: PatternTree & { kind: 'repeat' }, steps: Step[]): void {
  for (let times = 0; times < tree.min; times++) emit(tree.item, steps)
  if (tree.max === Infinity) {
    const fork = { kind: 'fork' as const, next: steps.length + 1, other: 0 }
    const start = steps.push(fork) - 1
    emit(tree.item, steps)
    steps.push({ kind: 'jump', next: start })
    fork.other = steps.length
    return
  }
  const forks: { other: number }[] = []
  for (let times = tree.min; times < tree.max; times++) {
    const fork = { kind: 'fork' as const, next: steps.length + 1, other: 0 }
    steps.push(fork)
    forks.push(fork)
    emit(tree.item, steps)
  }
  for (const fork of forks) fork.other = steps.length
}

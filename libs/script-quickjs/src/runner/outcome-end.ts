import type { ScriptEnd } from '@penstock/script'
import type { JobEnd } from '../protocol/ends.js'

/** What a thread says of a job, in the words of the port. */
export function outcomeEnd(end: JobEnd, results: readonly string[]): ScriptEnd {
  if (end.kind === 'threw') {
    const { file, line, column, ...thrown } = end.thrown
    return { kind: 'threw', step: end.step, thrown: { ...thrown, file, line, column } }
  }
  if (end.kind !== 'done') return end
  const waiting = [...results]
  return { kind: 'done', results: end.present.map((isThere) => (isThere ? waiting.shift() : undefined)) }
}

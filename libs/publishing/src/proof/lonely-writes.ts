import type { ProvenShape } from '@penstock/contracts'
import type { Fault } from '@penstock/errors'
import type { DialectName, Shape } from '@penstock/sql-template'
import { PROOF_RULES } from './proof-rules.js'

/** Where nothing can be undone, a statement that writes has to be alone in its call: all else would be half a call when one fails. */
export function lonelyWrites(dialect: DialectName, shapes: readonly Shape[], proven: readonly ProvenShape[]): Fault[] {
  if (PROOF_RULES[dialect].undoes) return []
  const reading = new Set(proven.filter(({ reads }) => reads === true).map(({ text }) => text))
  const mixed = shapes.some(
    ({ reachable, statements }) =>
      reachable && statements.length > 1 && statements.some(({ text }) => !reading.has(text)),
  )
  return mixed
    ? [{ message: 'This data source cannot undo a write: a statement that writes stands alone in its call' }]
    : []
}

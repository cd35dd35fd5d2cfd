import { type Position } from '../source-text.js'
import { type ShapeStatement } from './enumerate-shapes.js'

/**
 * The place in the template that a character of a shape's text comes from. Characters are counted from 1, as the server does in its
 * messages. Exact in what the author wrote, near in what the compiler added.
 */
export function placeInTemplate(statement: ShapeStatement, character: number): Position | undefined {
  const index = character - 1
  const origin = statement.origins.findLast(({ start }) => start <= index)
  if (origin === undefined) return undefined
  const { line, column, macro, bind, start } = origin
  const before = bind ? '' : statement.text.slice(Math.max(0, start), index)
  const breaks = before.split('\n')
  const last = breaks.at(-1) ?? ''
  // Blanks that were trimmed at the start of the statement count as well: `start` is then negative.
  const place =
    breaks.length === 1
      ? { line, column: column + last.length }
      : { line: line + breaks.length - 1, column: last.length + 1 }
  return macro === undefined ? place : { ...place, macro }
}

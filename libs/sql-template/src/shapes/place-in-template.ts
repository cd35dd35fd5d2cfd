import { advance, type Position } from '../source-text.js'
import type { ShapeStatement } from './enumerate-shapes.js'

/**
 * The place in the template that a character of a shape's text comes from. Characters are counted from 1, as the server does in its
 * messages. Exact in what the author wrote, near in what the compiler added.
 */
export function placeInTemplate(statement: ShapeStatement, character: number): Position | undefined {
  const index = character - 1
  const origin = statement.origins.findLast(({ start }) => start <= index)
  if (origin === undefined) return undefined
  const { line, column, macro, bind, start } = origin
  const place = { line, column, ...(macro !== undefined && { macro }) }
  return bind ? place : advance(place, statement.text.slice(start, index))
}

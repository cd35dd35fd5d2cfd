import type { NodeOf } from './program.js'
import type { Place } from './source-text.js'

/** SQL text whose lexical state is known: `classes` has one CharClass for each character. */
export interface FlowText {
  readonly kind: 'text'
  readonly text: string
  readonly classes: string
  readonly place: Place
  /** Set when the compiler wrote it: its place is only near. */
  readonly written?: true
}

export type FlowNode = NodeOf<FlowText>

/** Text that the compiler writes itself: blanks and operators, never quotes or comments. */
export function writtenText(text: string, place: Place): FlowText {
  return { kind: 'text', text, classes: text.replace(/\w/g, 'w').replace(/[^\w\s]/g, 'p'), place, written: true }
}

/** A part of a text with its classes. */
export function sliceText(text: FlowText, from: number, to = text.text.length): FlowText {
  const place = { source: text.place.source, offset: text.place.offset + from }
  return { kind: 'text', text: text.text.slice(from, to), classes: text.classes.slice(from, to), place }
}

/** Whether a text holds more than blanks and comments. */
export function hasCode(text: FlowText): boolean {
  return /[wpq;]/.test(text.classes)
}

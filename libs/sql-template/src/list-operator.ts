import { type FlowNode, type FlowText, sliceText } from './flow-text.js'

/** What stands directly before a value: `IN` or `NOT IN` (with the text before it), a parenthesis after IN, or neither. */
export type ListOperator =
  | { readonly kind: 'operator'; readonly operator: 'in' | 'not in'; readonly before: FlowText }
  | { readonly kind: 'parenthesis' }
  | { readonly kind: 'none' }

const NONE: ListOperator = { kind: 'none' }

/** Looks at the end of the text before a value. */
export function listOperator(node: FlowNode | undefined): ListOperator {
  if (node?.kind !== 'text') return NONE
  const last = wordBefore(node, node.text.length)
  if (last?.word !== 'in') {
    const open = skipBlank(node, node.text.length)
    const inside =
      node.text[open - 1] === '(' && node.classes[open - 1] === 'p' && wordBefore(node, open - 1)?.word === 'in'
    return inside ? { kind: 'parenthesis' } : NONE
  }
  const not = wordBefore(node, last.start)
  if (not?.word === 'not') return { kind: 'operator', operator: 'not in', before: sliceText(node, 0, not.start) }
  return { kind: 'operator', operator: 'in', before: sliceText(node, 0, last.start) }
}

/** Where the blanks and comments before a position begin. */
function skipBlank(text: FlowText, end: number): number {
  let at = end
  while (at > 0 && ' c'.includes(text.classes.charAt(at - 1))) at -= 1
  return at
}

function wordBefore(text: FlowText, end: number): { readonly word: string; readonly start: number } | undefined {
  const wordEnd = skipBlank(text, end)
  let start = wordEnd
  while (start > 0 && text.classes[start - 1] === 'w') start -= 1
  return start === wordEnd ? undefined : { word: text.text.slice(start, wordEnd).toLowerCase(), start }
}

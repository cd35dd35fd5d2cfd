import type { FlowText } from './flow-text.js'

/** How deep a reader of conditions is inside parentheses, CASE … END and BETWEEN … AND. */
export interface Nesting {
  readonly parentheses: number
  readonly cases: number
  /** BETWEENs whose AND has not come yet, at the outermost level. */
  readonly betweens: number
}

export const OUTERMOST: Nesting = { parentheses: 0, cases: 0, betweens: 0 }

/** A stretch of SQL, or a connective at the outermost level. Comments are gone: they could swallow what is joined behind them. */
export type ConditionPart =
  | { readonly kind: 'sql'; readonly from: number; readonly to: number; readonly blank: boolean }
  | { readonly kind: 'connective'; readonly word: 'AND' | 'OR' }

const TOKEN = /w+|c+|q+| +|[p;]/g

/** Cuts a text at the ANDs and ORs that join conditions, as opposed to those inside one. */
export function cutConditions(
  text: FlowText,
  from: Nesting,
): { readonly parts: ConditionPart[]; readonly nesting: Nesting } {
  const parts: ConditionPart[] = []
  let nesting = from
  for (const match of text.classes.matchAll(TOKEN)) {
    const start = match.index
    const end = start + match[0].length
    const charClass = match[0].charAt(0)
    if (charClass === 'c') continue
    const token = text.text.slice(start, end).toUpperCase()
    const isWord = charClass === 'w' && text.text[start - 1] !== '.'
    if (isWord && joinsConditions(token, nesting)) {
      parts.push({ kind: 'connective', word: token })
      continue
    }
    nesting = nested(nesting, charClass === 'p' || isWord ? token : '')
    addSql(parts, start, end, charClass === ' ')
  }
  return { parts, nesting }
}

function joinsConditions(token: string, nesting: Nesting): token is 'AND' | 'OR' {
  if (nesting.parentheses > 0 || nesting.cases > 0) return false
  return token === 'OR' || (token === 'AND' && nesting.betweens === 0)
}

function nested(nesting: Nesting, token: string): Nesting {
  switch (token) {
    case '(':
    case '[':
      return { ...nesting, parentheses: nesting.parentheses + 1 }
    case ')':
    case ']':
      return { ...nesting, parentheses: nesting.parentheses - 1 }
    case 'CASE':
      return nesting.parentheses > 0 ? nesting : { ...nesting, cases: nesting.cases + 1 }
    case 'END':
      return nesting.parentheses > 0 || nesting.cases === 0 ? nesting : { ...nesting, cases: nesting.cases - 1 }
    case 'BETWEEN':
      return nesting.parentheses > 0 || nesting.cases > 0 ? nesting : { ...nesting, betweens: nesting.betweens + 1 }
    case 'AND':
      // An AND that joins no conditions at the outermost level belongs to the BETWEEN before it.
      return nesting.parentheses > 0 || nesting.cases > 0 ? nesting : { ...nesting, betweens: nesting.betweens - 1 }
    default:
      return nesting
  }
}

function addSql(parts: ConditionPart[], from: number, to: number, blank: boolean): void {
  const last = parts.at(-1)
  if (last?.kind === 'sql' && last.to === from) parts[parts.length - 1] = { ...last, to, blank: last.blank && blank }
  else parts.push({ kind: 'sql', from, to, blank })
}

export function sameNesting(left: Nesting, right: Nesting): boolean {
  return left.parentheses === right.parentheses && left.cases === right.cases && left.betweens === right.betweens
}

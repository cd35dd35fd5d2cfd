import { dialectOf } from './dialect-of.js'
import type { DialectName } from './dialect.js'
import { PLAIN, scanSql } from './sql-lexer.js'

/** A word of a statement's code, outside of quotes and comments. */
export interface SqlWord {
  /** In lower case. */
  readonly word: string
  /** The last character before it that is neither blank nor comment; empty at the start. */
  readonly before: string
  /** What follows: `(` directly, `(` after a blank, or anything else. */
  readonly follows: 'parenthesis' | 'blank parenthesis' | 'other'
}

export interface SqlWords {
  readonly words: readonly SqlWord[]
  /** Characters of the code that belong neither to words nor to quotes. */
  readonly signs: string
  /** True when a parenthesis opens directly after a quoted text: a call of a function by its quoted name. */
  readonly quotedCall: boolean
  /** True when the text ends inside of a string or comment, or holds more than one statement. */
  readonly broken: boolean
}

const CODE_SPACE = /[ c]/

/** Cuts a text into the words of its code, by the same rules by which templates are compiled. */
export function sqlWords(text: string, dialect: DialectName): SqlWords {
  const { classes, state } = scanSql(text, PLAIN, dialectOf(dialect).lexical)
  const words: SqlWord[] = []
  let signs = ''
  let quotedCall = false
  for (const { 0: run, index } of classes.matchAll(/w+|[p;]/g)) {
    const before = lastCode(text, classes, index)
    if (run.startsWith('w')) {
      words.push({
        word: text.slice(index, index + run.length).toLowerCase(),
        before,
        follows: follow(text, classes, index + run.length),
      })
      continue
    }
    signs += text.charAt(index)
    if (text.charAt(index) === '(' && /['"`]/.test(before)) quotedCall = true
  }
  const separator = classes.indexOf(';')
  const several = separator !== -1 && !/^[ c;]*$/.test(classes.slice(separator))
  return { words, signs, quotedCall, broken: several || !['plain', 'line-comment'].includes(state.mode) }
}

function lastCode(text: string, classes: string, index: number): string {
  let at = index - 1
  while (at >= 0 && CODE_SPACE.test(classes.charAt(at))) at -= 1
  return text.charAt(at)
}

function follow(text: string, classes: string, end: number): SqlWord['follows'] {
  if (text.charAt(end) === '(') return 'parenthesis'
  let at = end
  while (at < text.length && CODE_SPACE.test(classes.charAt(at))) at += 1
  return text.charAt(at) === '(' ? 'blank parenthesis' : 'other'
}

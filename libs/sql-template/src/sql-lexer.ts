import type { LexicalRules } from './dialect.js'

/**
 * Where a piece of SQL text leaves the reader: what it is inside of, and what was written last as far as it can join with what
 * comes next (`-` and `-` make a comment). Plain data, so that the states of two arms can be compared.
 */
export interface SqlState {
  readonly mode: SqlMode
  /** Inside quotes: the quote. Inside a dollar body: its tag. Else unused. */
  readonly quote: string
  /** Inside quotes: whether backslash escapes. */
  readonly backslash: boolean
  /** Inside a block comment: how many are open. */
  readonly depth: number
  /** The end of the text so far that may still join with the next character. */
  readonly tail: string
  /** A string that has just ended and may go on: its quote and whether backslash escapes in it. */
  readonly ended: { readonly quote: string; readonly backslash: boolean; readonly newline: boolean } | undefined
}

export type SqlMode = 'plain' | 'string' | 'identifier' | 'dollar' | 'line-comment' | 'block-comment'

/** What a character is: blank, word, punctuation, separator of statements, inside quotes, inside a comment. */
export type CharClass = ' ' | 'w' | 'p' | ';' | 'q' | 'c'

export interface ScannedText {
  readonly state: SqlState
  /** One CharClass for each character. */
  readonly classes: string
  /** Index of a bind written by hand, -1 when there is none. */
  readonly handWrittenBind: number
  /** Index where what is open at the end began; -1 when it began in an earlier text or nothing is open. */
  readonly openedAt: number
}

const NO_STATE = { quote: '', backslash: false, depth: 0, tail: '', ended: undefined } as const
/** The state at the start of a template, and after anything that joins with nothing. */
export const PLAIN: SqlState = { mode: 'plain', ...NO_STATE }
/** Directly after what the evaluator writes (a bind, a name): a letter, digit or quote would become part of it. */
export const AFTER_WRITTEN: SqlState = { ...PLAIN, tail: '1\0' }

const WORD = /[\p{L}\p{N}_$\u0080-\u{10ffff}]/u
const BLANK = /\s/
/** A name may hold `$`; directly after a number it begins something new. */
const NAME_START = /^[\p{L}_$\u0080-\u{10ffff}]/u
/** `\$tag` so far: the tag has no `$` and does not begin with a digit. */
const DOLLAR_TAG = /^\$(?:[\p{L}_\u0080-\u{10ffff}][\p{L}\p{N}_\u0080-\u{10ffff}]*)?$/u

/** What follows the `/*` of a comment that MySQL (`!`) or MariaDB (`M!`) runs. */
const EXECUTABLE = /^M?!/

export const isWordCharacter = (character: string): boolean => WORD.test(character)

/** Reads a piece of SQL text from a state. Pure: the same text and state always leave the same state. */
export function scanSql(text: string, from: SqlState, rules: LexicalRules): ScannedText {
  const scan = new Scan(rules, from)
  for (let index = 0; index < text.length; index += 1) scan.read(text, index)
  return scan.result()
}

/** Two states with the same key are the same state. */
export function stateKey(state: SqlState): string {
  return JSON.stringify(state)
}

/** What a state means for a person; undefined in plain SQL. */
export function describeState(state: SqlState): string | undefined {
  switch (state.mode) {
    case 'plain':
      return undefined
    case 'string':
      return 'a string literal'
    case 'identifier':
      return 'a quoted identifier'
    case 'dollar':
      return 'a dollar-quoted text'
    case 'line-comment':
    case 'block-comment':
      return 'a comment'
  }
}

class Scan {
  private readonly classes: string[] = []
  private handWrittenBind = -1
  private openedAt = -1

  constructor(
    private readonly rules: LexicalRules,
    private state: SqlState,
  ) {}

  result(): ScannedText {
    const { state, handWrittenBind, openedAt } = this
    return { state, classes: this.classes.join(''), handWrittenBind, openedAt: state.mode === 'plain' ? -1 : openedAt }
  }

  read(text: string, index: number): void {
    const character = text.charAt(index)
    switch (this.state.mode) {
      case 'plain':
        this.readPlain(text, index, character)
        break
      case 'string':
      case 'identifier':
        this.classes.push('q')
        this.readQuoted(character)
        break
      case 'dollar':
        this.classes.push('q')
        this.readDollarBody(character)
        break
      case 'line-comment':
        this.classes.push('c')
        if (character === '\n' || (character === '\r' && this.rules.returnEndsComment))
          this.state = { ...PLAIN, ended: this.state.ended && { ...this.state.ended, newline: true } }
        break
      case 'block-comment':
        this.classes.push('c')
        this.readBlockComment(character)
        break
    }
  }

  private become(state: Partial<SqlState>): void {
    this.state = { ...this.state, ...state }
  }

  /** Enters quotes or a comment whose first `length` characters have been read, this one included. */
  private enter(index: number, length: number, charClass: CharClass, state: Partial<SqlState>): void {
    this.classes.push(charClass)
    for (let back = this.classes.length - length; back < this.classes.length; back += 1) {
      if (back >= 0) this.classes[back] = charClass
    }
    this.openedAt = index - length + 1
    this.state = { ...PLAIN, ...state }
  }

  private readPlain(text: string, index: number, character: string): void {
    const { tail, ended } = this.state
    if (this.readCommentStart(text, index, character)) return
    const quote = this.rules.quotes[character]
    if (quote !== undefined) {
      const mode = quote.kind
      // A quote directly after its twin was a doubled quote: the text goes on.
      const goesOn =
        ended?.quote === character &&
        (tail === character || (mode === 'string' && ended.newline && this.rules.stringsContinue))
      const prefixed = character === "'" && this.rules.escapePrefixes.includes(tail.toLowerCase())
      const backslash = goesOn ? ended.backslash : quote.backslash || prefixed
      this.enter(index, 1, 'q', { mode, quote: character, backslash })
      return
    }
    if (this.readDollar(text, index, character)) return
    this.readPlainCharacter(index, character)
  }

  private readPlainCharacter(index: number, character: string): void {
    const { tail, ended } = this.state
    if (BLANK.test(character)) {
      this.classes.push(' ')
      const continued = ended && { ...ended, newline: ended.newline || character === '\n' }
      this.become({ tail: '', ended: continued })
    } else if (isWordCharacter(character)) {
      this.classes.push('w')
      const inWord = tail !== '' && isWordCharacter(tail.charAt(0))
      // Only short words matter (the E of an E-string); a long one is remembered as "some word".
      this.become({ tail: inWord ? (tail + character).slice(0, 2) : character, ended: undefined })
    } else {
      this.classes.push(character === ';' ? ';' : 'p')
      if (character === '?' && this.rules.handWrittenBind !== 'dollar-number') this.handWrittenBind = index
      this.become({ tail: '-/'.includes(character) ? character : '', ended: undefined })
    }
  }

  private readCommentStart(text: string, index: number, character: string): boolean {
    const { tail, ended } = this.state
    const { rules } = this
    if (rules.dashCommentNeedsBlank ? tail === '--' && BLANK.test(character) : tail === '-' && character === '-') {
      const length = rules.dashCommentNeedsBlank ? 3 : 2
      this.enter(index, length, 'c', { mode: character === '\n' ? 'plain' : 'line-comment', ended })
    } else if (rules.dashCommentNeedsBlank && tail === '-' && character === '-') {
      this.classes.push('p')
      this.become({ tail: '--' })
    } else if (
      tail === '/' &&
      character === '*' &&
      rules.executableComments &&
      EXECUTABLE.test(text.slice(index + 1))
    ) {
      this.classes.push('p')
      this.become({ tail: '', ended: undefined })
    } else if (tail === '/' && character === '*') {
      this.enter(index, 2, 'c', { mode: 'block-comment', depth: 1, ended })
    } else if (rules.hashComments && character === '#') {
      this.enter(index, 1, 'c', { mode: 'line-comment', ended })
    } else {
      return false
    }
    return true
  }

  /** `$` that does not belong to a word: a dollar quote begins, or a bind was written by hand. */
  private readDollar(text: string, index: number, character: string): boolean {
    const { tail } = this.state
    if (character === '$' && !NAME_START.test(tail)) {
      const next = text.charAt(index + 1)
      if (this.rules.handWrittenBind !== 'question-mark' && /\d/.test(next)) this.handWrittenBind = index
      this.classes.push('w')
      this.become({ tail: '$', ended: undefined })
      return true
    }
    if (!this.rules.dollarQuotes || !tail.startsWith('$')) return false
    if (character === '$') {
      this.enter(index, tail.length + 1, 'q', { mode: 'dollar', quote: `${tail}$` })
      return true
    }
    if (!DOLLAR_TAG.test(tail + character)) return false
    this.classes.push('w')
    this.become({ tail: tail + character })
    return true
  }

  private readQuoted(character: string): void {
    const { quote, backslash, tail } = this.state
    if (tail === '\\') this.become({ tail: '' })
    else if (backslash && character === '\\') this.become({ tail: '\\' })
    else if (character === quote) {
      this.state = { ...PLAIN, tail: quote, ended: { quote, backslash, newline: false } }
    }
  }

  private readDollarBody(character: string): void {
    const { quote } = this.state
    const tail = (this.state.tail + character).slice(-quote.length)
    if (tail === quote) this.state = PLAIN
    else this.become({ tail })
  }

  private readBlockComment(character: string): void {
    const { tail, depth, ended } = this.state
    if (tail === '*' && character === '/') {
      if (depth === 1) this.state = { ...PLAIN, ended }
      else this.become({ depth: depth - 1, tail: '' })
    } else if (tail === '/' && character === '*' && this.rules.nestedComments) {
      this.become({ depth: depth + 1, tail: '' })
    } else {
      this.become({ tail: '/*'.includes(character) ? character : '' })
    }
  }
}

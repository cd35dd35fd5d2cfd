/** Which languages programs are compiled for. A new one is a file in `dialects/` and a line in `dialect-of.ts`. */
export type DialectName = 'postgres' | 'mysql' | 'trino' | 'duckdb'

/** How a dialect's text is cut into tokens: just enough to know where a value may stand. */
export interface LexicalRules {
  /** Each kind of quoted text by its opening character; a doubled quote is part of it. */
  readonly quotes: Readonly<Record<string, QuoteRule>>
  /** Words that, written directly before `'`, make backslash an escape in it (PostgreSQL: E). Lower case. */
  readonly escapePrefixes: readonly string[]
  /** A string may go on after blanks that hold a line break, in the same kind of string (SQL standard). */
  readonly stringsContinue: boolean
  /** `$$…$$` and `$tag$…$tag$`. */
  readonly dollarQuotes: boolean
  readonly nestedComments: boolean
  /** A carriage return ends a comment that goes to the end of the line, as a line feed does. */
  readonly returnEndsComment: boolean
  /** What begins a comment up to the end of the line: `--`, or also `#`. */
  readonly hashComments: boolean
  /** `--` is a comment only when a blank follows it (MySQL). */
  readonly dashCommentNeedsBlank: boolean
  /** A comment that begins with `/*!` is code that the server runs (MySQL), not a comment. */
  readonly executableComments: boolean
  /** A text that looks like a bind of this dialect when written by hand, for example $1. */
  readonly handWrittenBind: 'dollar-number' | 'question-mark' | 'dollar-number or question-mark'
}

export interface QuoteRule {
  readonly kind: 'string' | 'identifier'
  readonly backslash: boolean
}

/** What a value becomes on its way to the driver, or why it cannot go. */
export type BindOutcome =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string }

/** All that the compiler and the evaluator have to know of one SQL dialect. */
export interface Dialect {
  readonly name: DialectName
  readonly lexical: LexicalRules
  /** The text of the n-th bind of a statement (counted from 1), with the cast that publishing decided on. */
  readonly bindText: (ordinal: number, cast: string | undefined) => string
  /** Makes a value of an expression ready for the driver. */
  readonly bindValue: (value: unknown) => BindOutcome
  /** The most binds that one statement can have. */
  readonly bindsMax: number
  /** Quotes one part of a name. The part never holds NUL. */
  readonly quoteIdentifier: (part: string) => string
  /** The longest name, in bytes of UTF-8, that is not cut silently. */
  readonly identifierBytesMax: number
  /** Written after a LIKE pattern so that backslash escapes; empty where that is the default. */
  readonly likeSuffix: string
  /** Whether a list is one bind, or `(?, ?, …)` with a bind for each item. */
  readonly lists: 'one bind' | 'spread'
  /** What stands for a list without items of the given declared type, where lists are spread: it matches nothing. */
  readonly emptyList: (type: string | undefined) => string
  /** What `IN <list>` and `NOT IN <list>` become around one bind that holds the whole list. */
  readonly listMembership: Readonly<Record<'in' | 'not in', readonly [before: string, after: string]>>
}

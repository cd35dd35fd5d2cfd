import { sqlWords, type SqlWord } from './sql-words.js'

/** What can be said of a Trino text without a server. */
export interface TrinoText {
  /** Its first word, in lower case; empty when there is no statement. */
  readonly kind: string
  /** It is a query (SELECT, WITH, VALUES, TABLE), which in Trino's grammar has no place for a write, and calls no foreign function. */
  readonly query: boolean
  /** It is a query, or SHOW, DESCRIBE, or EXPLAIN of what reads. */
  readonly reads: boolean
  /** It is about a session or a transaction. */
  readonly controls: boolean
  /** It ends inside of a string or comment, or holds more than one statement. */
  readonly broken: boolean
}

const QUERY = new Set(['select', 'with', 'values', 'table'])
const SHOWING = new Set(['show', 'describe', 'desc'])
const CONTROL = new Set(['commit', 'deallocate', 'execute', 'prepare', 'reset', 'rollback', 'set', 'start', 'use'])
/** Options of EXPLAIN that stand before its statement. */
const EXPLAINING = new Set(['explain', 'analyze', 'verbose'])
const OPTIONS = /^(?:type|format|logical|distributed|validate|io|text|graphviz|json)$/
/** Table functions of the server itself. Those of connectors, `system.query` above all, hand a text to another system. */
const OWN_FUNCTIONS = new Set(['sequence', 'exclude_columns'])

/** Reads a text by the words of its code alone; what it does not know is neither a query nor a read. */
export function readTrinoText(text: string): TrinoText {
  const { words, quotedCall, broken } = sqlWords(text, 'trino')
  const kind = words[0]?.word ?? ''
  const foreign = callsForeignFunction(words, quotedCall)
  const query = QUERY.has(kind) && !foreign
  return {
    kind,
    query,
    reads: query || SHOWING.has(kind) || (kind === 'explain' && !foreign && QUERY.has(explained(words))),
    controls: CONTROL.has(kind),
    broken: broken || kind === '',
  }
}

/** `TABLE(f(…))` calls a function of tables: any but the server's own may do what its connector likes. */
function callsForeignFunction(words: readonly SqlWord[], quotedCall: boolean): boolean {
  return words.some(({ word, follows }, index) => {
    if (word !== 'table' || follows === 'other') return false
    const called = words[index + 1]
    const own = called?.before === '(' && called.follows !== 'other' && OWN_FUNCTIONS.has(called.word)
    return !own || quotedCall
  })
}

/** The first word of what is explained; EXPLAIN ANALYZE runs it. */
function explained(words: readonly SqlWord[]): string {
  return words.find(({ word }) => !EXPLAINING.has(word) && !OPTIONS.test(word))?.word ?? ''
}

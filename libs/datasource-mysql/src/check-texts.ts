import type { RunOptions, Statement } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import { sqlWords } from '@penstock/sql-template'
import { WRITES } from './map-error.js'

const CONTROL = new Set(['begin', 'commit', 'end', 'lock', 'release', 'rollback', 'savepoint', 'start', 'unlock', 'xa'])
const READING = new Set(['select', 'with', 'values', 'table', 'show', 'explain', 'describe', 'desc', 'analyze'])
const CHANGING = new Set(['insert', 'update', 'delete', 'replace', 'do'])
const EXECUTABLE_COMMENT = /\/\*M?!/i

/**
 * Refuses what the server's own rules would let through. A transaction is as long as its call. SET TRANSACTION and statements that commit
 * by themselves could lead a read out of its read-only transaction, so a read is only what begins like one, without executable comments,
 * which some servers run and others do not. Files are never written. What is only tried out must be possible to roll back.
 */
export function checkTexts(statements: readonly Statement[], options: Pick<RunOptions, 'mode' | 'discard'>): void {
  for (const { clean, text } of statements) {
    if (clean) continue
    const words = sqlWords(text, 'mysql').words.map(({ word }) => word)
    const [first = ''] = words
    if (
      CONTROL.has(first) ||
      (first === 'set' && words.some((word) => /^(?:autocommit|transaction)$|read_only/.test(word)))
    ) {
      throw new AppError('STATEMENT_FAILED', 'the statement controls a transaction', {
        message: 'A call is one transaction: its statements may not begin, end or divide it',
      })
    }
    if (words.some((word, index) => word === 'into' && /^(?:outfile|dumpfile)$/.test(words[index + 1] ?? ''))) {
      throw new AppError('STATEMENT_FAILED', 'the statement writes a file on the server')
    }
    const reads = READING.has(first) && !EXECUTABLE_COMMENT.test(text)
    if (options.mode === 'read' && !reads) throw new AppError('STATEMENT_FAILED', `not a read: ${first}`, WRITES)
    if (options.discard === true && !reads && !CHANGING.has(first)) {
      throw new AppError('STATEMENT_FAILED', `${first} cannot be rolled back, so it cannot be tried out`)
    }
  }
}

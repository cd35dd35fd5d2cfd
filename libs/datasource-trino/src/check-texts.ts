import type { RunOptions, Statement } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import { readTrinoText, type TrinoText } from '@penstock/sql-template'
import { WRITES } from './map-error.js'

// Texts of templates are few; those that scripts write may be many.
const KNOWN_MAX = 1_000
const known = new Map<string, TrinoText>()

/**
 * Refuses what the server would let through. A call has no session: what sets something, or begins or ends a transaction, would be lost.
 * A read is what begins like one and calls no function that could write behind the server's back. Trino can undo nothing for certain, so
 * a statement that writes stands alone, and nothing that writes is only tried out.
 */
export function checkTexts(
  statements: readonly Pick<Statement, 'text'>[],
  { mode, discard }: Pick<RunOptions, 'mode' | 'discard'>,
): void {
  const texts = statements.map(({ text }) => readText(text))
  for (const { kind, controls, broken, reads } of texts) {
    if (broken) throw failed('there is more than one statement in one text', 'A text holds one statement')
    if (controls) {
      throw failed(
        `${kind} is for sessions`,
        'A call has no session: its statements may not set, use or begin anything',
      )
    }
    if (mode === 'read' && !reads) throw new AppError('STATEMENT_FAILED', `not a read: ${kind}`, WRITES)
    if (!reads && (statements.length > 1 || discard === true)) {
      throw failed(
        `${kind} cannot be undone`,
        'Trino cannot undo a write: it stands alone in its call, and cannot be tried out',
      )
    }
  }
}

function readText(text: string): TrinoText {
  const found = known.get(text)
  if (found !== undefined) return found
  if (known.size >= KNOWN_MAX) known.clear()
  const read = readTrinoText(text)
  known.set(text, read)
  return read
}

function failed(detail: string, message: string): AppError {
  return new AppError('STATEMENT_FAILED', detail, { message })
}

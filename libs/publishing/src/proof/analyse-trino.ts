import { readTrinoText } from '@penstock/sql-template'
import type { StatementAnalysis } from './analyse-statement.js'

/**
 * Says of a Trino text what it does, by the words of its code. That is enough there: a query has no place for a write in Trino's grammar,
 * and whatever is not known to read counts as a write. The server's own parser has the last word when texts are described.
 */
export function analyseTrino(text: string): StatementAnalysis {
  const { kind, query, reads, controls, broken } = readTrinoText(text)
  if (kind === '') return { ok: false, message: 'there is no statement', position: undefined }
  if (broken) return { ok: false, message: 'there is more than one statement in one text', position: undefined }
  return {
    ok: true,
    kind,
    returnsRows: reads ? true : kind === 'call' ? undefined : false,
    clean: query,
    reads,
    controlsTransaction: controls,
  }
}

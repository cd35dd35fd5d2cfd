import { sqlWords } from '@penstock/sql-template'
import type { StatementAnalysis } from './analyse-statement.js'

const READING = new Set(['select', 'from', 'values', 'table', 'with', 'show', 'describe', 'desc', 'summarize'])
const CONTROL = new Set(['begin', 'start', 'commit', 'end', 'rollback', 'abort'])

/**
 * Says of a DuckDB text whether it reads, by its first word. That is enough: the process that holds DuckDB runs nothing that its own parser
 * does not take for one SELECT, so a statement leaves nothing behind in any case.
 */
export function analyseDuckdb(text: string): StatementAnalysis {
  const { words, broken } = sqlWords(text, 'duckdb')
  const kind = words[0]?.word ?? ''
  if (broken) return { ok: false, message: 'there is more than one statement in one text', position: undefined }
  if (kind === '') return { ok: false, message: 'there is no statement', position: undefined }
  const reads = READING.has(kind)
  return { ok: true, kind, returnsRows: reads, clean: reads, reads, controlsTransaction: CONTROL.has(kind) }
}

import type { Statement } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import { literalOf, stringLiteral } from './literal.js'

// What servers take unless they are told otherwise (query.max-length).
const TEXT_LENGTH_MAX = 1_000_000

/**
 * What is sent for a statement. Its own text is one string literal of EXECUTE IMMEDIATE and its values are literals behind USING, so that
 * the server parses the statement without ever having seen a value.
 */
export function statementText({ text, values, types }: Pick<Statement, 'text' | 'values' | 'types'>): string {
  const literals = values.map((value, index) => literalOf(value, types?.[index]))
  const sent = literals.length === 0 ? text : `EXECUTE IMMEDIATE ${stringLiteral(text)} USING ${literals.join(', ')}`
  if (sent.length > TEXT_LENGTH_MAX) {
    throw new AppError('STATEMENT_REJECTED', `the statement with its values has ${sent.length} characters`)
  }
  return sent
}

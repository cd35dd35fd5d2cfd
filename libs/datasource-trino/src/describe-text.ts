import type { Field, PrepareFault, PrepareOutcome } from '@penstock/datasource'
import { readTrinoText, sqlWords } from '@penstock/sql-template'
import type { Client, RequestContext } from './client.js'
import { columnsOf } from './column-types.js'
import { textOf } from './json-slices.js'
import { QueryError, type QueryErrorBody } from './map-error.js'
import { statementText } from './statement-text.js'
import { runToEnd } from './trino-session.js'

// Headers of more than 8 KB are refused by servers and proxies that nobody told otherwise.
const HEADER_LENGTH_MAX = 6_000
const NAME = 'penstock'

/**
 * Asks the server for the types of a text's binds and columns, without running it. A text that is too long for the header in which prepared
 * statements travel is only checked.
 */
export async function describeText(client: Client, text: string, context: RequestContext): Promise<PrepareOutcome> {
  const prepared = `${NAME}=${encodeURIComponent(text)}`
  try {
    if (prepared.length > HEADER_LENGTH_MAX) return await validate(client, text, context)
    const request = { ...context, headers: { ...context.headers, 'X-Trino-Prepared-Statement': prepared } }
    const inputs = await runToEnd(client, `DESCRIBE INPUT ${NAME}`, request)
    const { kind, reads } = readTrinoText(text)
    const fields = reads ? (await runToEnd(client, `DESCRIBE OUTPUT ${NAME}`, request)).map(fieldOf) : null
    if (!reads && CHECKED.has(kind)) await runToEnd(client, `DESCRIBE OUTPUT ${NAME}`, request)
    const paramTypes = inputs.filter(([position]) => position !== 'null').map(([, type]) => textOf(type ?? '"unknown"'))
    return { ok: true, prepared: { paramTypes, fields } }
  } catch (error) {
    if (!(error instanceof QueryError) || error.body.errorType !== 'USER_ERROR') throw error
    return { ok: false, fault: faultOf(error.body, text) }
  }
}

/** Writes whose output the server describes by analysing all of them. */
const CHECKED = new Set(['insert', 'update', 'delete', 'merge'])

/** Columns: name, catalog, schema, table, type, size, aliased. */
function fieldOf([name, , , , type]: readonly string[]): Field {
  const source = { name: textOf(name ?? '""'), type: textOf(type ?? '"unknown"') }
  const [column] = columnsOf([{ ...source, typeSignature: { rawType: source.type.replace(/\(.*?\)/, '') } }])
  return column?.field ?? { ...source, encoding: 'string' }
}

/** Nulls stand for the binds: they have every type. */
async function validate(client: Client, text: string, context: RequestContext): Promise<PrepareOutcome> {
  const values = [...sqlWords(text, 'trino').signs].filter((sign) => sign === '?').map(() => null)
  await runToEnd(client, `EXPLAIN (TYPE VALIDATE) ${statementText({ text, values })}`, context)
  return { ok: true, prepared: { paramTypes: [], fields: null } }
}

function faultOf({ errorName, message, errorLocation }: QueryErrorBody, text: string): PrepareFault {
  const said = message.replace(/^line \d+:\d+: /, '')
  return { code: errorName, message: said, position: positionOf(errorLocation ?? undefined, text) }
}

/** Lines and columns are counted from 1, and so is the position. */
function positionOf(
  location: { readonly lineNumber: number; readonly columnNumber: number } | undefined,
  text: string,
): number | undefined {
  if (location === undefined) return undefined
  const lines = text.split('\n').slice(0, location.lineNumber)
  if (lines.length < location.lineNumber) return undefined
  const before = lines.slice(0, -1).reduce((length, line) => length + line.length + 1, 0)
  return before + location.columnNumber
}

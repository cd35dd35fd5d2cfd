import { DuckDBTypeId, type DuckDBConnection, type DuckDBPreparedStatement } from '@duckdb/node-api'
import type { WireField } from '../protocol/messages.js'
import { fieldOf, fieldOfTypeName } from './field-of.js'

/**
 * The columns that a prepared text gives. DuckDB leaves a text whose binds have no type yet as it is, so such a one is described with NULL in
 * them, which looks up every name in it; it is not run. Destroys the statement.
 */
export async function describeText(
  connection: DuckDBConnection,
  statement: DuckDBPreparedStatement,
  text: string,
): Promise<readonly WireField[]> {
  try {
    const ordinals = Array.from({ length: statement.parameterCount }, (_, index) => index + 1)
    if (ordinals.every((at) => statement.parameterTypeId(at) !== DuckDBTypeId.INVALID)) {
      return Array.from({ length: statement.columnCount }, (_, index) =>
        fieldOf(statement.columnName(index), statement.columnType(index)),
      )
    }
    return await describeWithNulls(connection, text, ordinals)
  } finally {
    statement.destroySync()
  }
}

async function describeWithNulls(
  connection: DuckDBConnection,
  text: string,
  ordinals: readonly number[],
): Promise<readonly WireField[]> {
  const described = await connection.prepare(`DESCRIBE ${text}`)
  try {
    for (const at of ordinals) described.bindNull(at)
    const rows = (await described.runAndReadAll()).getRowsJson()
    return rows.map(([name, type]) => fieldOfTypeName(String(name), String(type)))
  } finally {
    described.destroySync()
  }
}

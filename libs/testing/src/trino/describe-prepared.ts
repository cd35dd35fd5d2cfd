import type { TrinoCatalogs } from './trino-catalogs.js'
import { trinoColumns } from './trino-columns.js'
import { TrinoFault, trinoFailure } from './trino-failure.js'
import type { Part } from './trino-query.js'
import { toPostgres } from './to-postgres.js'

const VARCHAR = { dataTypeID: 25, dataTypeModifier: -1 }
const BIGINT = { dataTypeID: 20, dataTypeModifier: -1 }
const INPUT = trinoColumns([
  { name: 'Position', ...BIGINT },
  { name: 'Type', ...VARCHAR },
])
const OUTPUT = trinoColumns([
  { name: 'Column Name', ...VARCHAR },
  { name: 'Catalog', ...VARCHAR },
  { name: 'Schema', ...VARCHAR },
  { name: 'Table', ...VARCHAR },
  { name: 'Type', ...VARCHAR },
  { name: 'Type Size', ...BIGINT },
  { name: 'Aliased', dataTypeID: 16, dataTypeModifier: -1 },
])

/** DESCRIBE INPUT and DESCRIBE OUTPUT: what PostgreSQL says of the text, which it prepares and does not run. */
export async function describePrepared(
  catalogs: TrinoCatalogs,
  { catalog, schema }: { readonly catalog: string; readonly schema: string | undefined },
  what: 'input' | 'output',
  text: string,
): Promise<Part> {
  const open = toPostgres(text, undefined)
  const client = await catalogs.connect(catalog)
  try {
    await catalogs.prepare(client, schema)
    await client.query('BEGIN')
    const prepare = `PREPARE described AS ${open.text}`
    await client.query(prepare).catch((error: unknown) => {
      throw new TrinoFault(trinoFailure(error, text, prepare))
    })
    const { rows } = await client.query<{ inputs: string[] }>(
      `SELECT parameter_types::text[] AS inputs FROM pg_prepared_statements WHERE name = 'described'`,
    )
    await client.query('DEALLOCATE described')
    const inputs = rows[0]?.inputs ?? []
    if (what === 'input')
      return part(
        INPUT,
        inputs.map((type, index) => [index, type === 'text' ? 'varchar' : type]),
      )
    if (!/^[\s(]*(?:select|with|values|table)\b/i.test(text))
      return part(OUTPUT, [['rows', '', '', '', 'bigint', 8, false]])
    // With nulls for the binds and no rows: only the columns are looked at.
    const nulls = inputs.reduce((so, type, index) => so.replaceAll(`$${index + 1}`, `NULL::${type}`), open.text)
    const { fields } = await client.query(`SELECT * FROM (${nulls}) described LIMIT 0`)
    return part(
      OUTPUT,
      trinoColumns(fields).map(({ name, type }) => [name, '', '', '', type, 0, false]),
    )
  } finally {
    await catalogs.release(client, false)
  }
}

function part(columns: Part['columns'], rows: readonly (readonly unknown[])[]): Part {
  return { columns, data: rows.length === 0 ? undefined : JSON.stringify(rows) }
}

import type { Table, TableColumn } from '@penstock/datasource'
import type { Context } from './context.js'
import { ownRows } from './own-rows.js'
import type { Session } from './session.js'

/** Partitions are left out: their table stands for them. */
const TABLES = `
select t.nspname::text, t.relname::text, t.relkind::text, a.attname::text,
       pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull::text
  from (select c.oid, n.nspname, c.relname, c.relkind
          from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
           and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
           and pg_catalog.has_schema_privilege(n.oid, 'usage')
           and pg_catalog.has_any_column_privilege(c.oid, 'select')
         order by n.nspname, c.relname limit $1::int8) t
  left join pg_catalog.pg_attribute a
    on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
   and pg_catalog.has_column_privilege(t.oid, a.attnum, 'select')
 order by t.nspname, t.relname, a.attnum`

const KINDS: Readonly<Record<string, Table['kind']>> = { v: 'view', m: 'materialized view', f: 'foreign table' }

/** Tables and views with the columns that the session's user may read, in order of schema, name and column. */
export async function listTables(context: Context, session: Session, tablesMax: number): Promise<readonly Table[]> {
  const rows = await ownRows(context.types, session, TABLES, [String(tablesMax)])
  const tables = new Map<string, Table & { readonly columns: TableColumn[] }>()
  for (const [schema, name, kind, column, type, notNull] of rows) {
    const key = JSON.stringify([schema, name])
    const table = tables.get(key) ?? {
      schema: schema ?? '',
      name: name ?? '',
      kind: KINDS[kind ?? ''] ?? 'table',
      columns: [],
    }
    tables.set(key, table)
    if (column !== null && column !== undefined)
      table.columns.push({ name: column, type: type ?? '', nullable: notNull !== 'true' })
  }
  return [...tables.values()]
}

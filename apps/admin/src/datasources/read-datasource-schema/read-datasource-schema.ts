import type { datasourceSchemaAnswer } from '@penstock/contracts'
import type { z } from 'zod'
import { datasourceConnection } from '../../base/datasource-connection.js'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findDatasource } from '../find-datasource.js'
import { withInspector } from '../try-datasource.js'

export type ReadDatasourceSchema = (caller: Caller, id: string) => Promise<z.output<typeof datasourceSchemaAnswer>>

/** More than anybody reads in a tree; a catalogue of a hundred thousand tables must not fill the memory. */
const TABLES_MAX = 2000

/** The tables, views and columns that the data source's user may read. */
export function readDatasourceSchema(
  ports: Pick<Ports, 'database' | 'keyring' | 'inspect' | 'config'>,
): ReadDatasourceSchema {
  return async (_caller, id) => {
    const datasource = await ports.database.read((tx) => findDatasource(tx, id))
    const settings = datasourceConnection(datasource, ports.keyring, ports.config.external)
    const tables = await withInspector(ports, settings, (inspector, signal) =>
      inspector.tables({ tablesMax: TABLES_MAX + 1, signal }),
    )
    return {
      tables: tables.slice(0, TABLES_MAX).map((table) => ({
        schema: table.schema,
        name: table.name,
        kind: table.kind,
        columns: table.columns.map(({ name, type, nullable }) => ({ name, type, nullable })),
      })),
      truncated: tables.length > TABLES_MAX,
    }
  }
}

import { randomUUID } from 'node:crypto'
import { datasourcePasswordPlace } from '../base/datasource-connection.js'
import type { AdminUnderTest } from './admin-under-test.js'

/** A module and a data source to publish APIs with. */
export interface Catalogue {
  readonly moduleId: string
  /** The database of admin itself, with the tables `flights` (three rows) and `notes` (none). */
  readonly datasourceId: string
}

/** Makes both with plain SQL, so that tests of APIs do not stand on the routes of other areas. */
export async function makeCatalogue({ process: { ports } }: AdminUnderTest): Promise<Catalogue> {
  const { database, keyring, config } = ports
  const [moduleId, datasourceId] = [randomUUID(), randomUUID()]
  const url = new URL(config.database.url)
  const password = decodeURIComponent(url.password)
  const sealed = password === '' ? null : keyring.encrypt(password, datasourcePasswordPlace(datasourceId))
  await database.transaction(async (tx) => {
    await tx.query('INSERT INTO modules (id, name) VALUES ($1, $2)', [moduleId, `module ${moduleId}`])
    await tx.query(
      `INSERT INTO datasources (id, name, product_type, host, port, database, username, password_sealed, password_key_id)
       VALUES ($1, $2, 'postgres', $3, $4, $5, $6, $7, $8)`,
      [
        ...[
          datasourceId,
          `datasource ${datasourceId}`,
          url.hostname,
          url.port,
          url.pathname.slice(1),
          decodeURIComponent(url.username),
        ],
        ...[sealed, sealed === null ? null : keyring.newestKeyId],
      ],
    )
    await tx.query('CREATE TABLE IF NOT EXISTS flights (id integer PRIMARY KEY, origin text NOT NULL, delay integer)')
    await tx.query(`INSERT INTO flights VALUES (1, 'SEA', 5), (2, 'SEA', NULL), (3, 'PDX', 30) ON CONFLICT DO NOTHING`)
    await tx.query('CREATE TABLE IF NOT EXISTS notes (id integer GENERATED ALWAYS AS IDENTITY, text text NOT NULL)')
    await ports.changes.touch(tx, [`datasource:${datasourceId}`])
  })
  return { moduleId, datasourceId }
}

/** What a test says about an API; the rest is filled in. */
export function apiOf({ moduleId, datasourceId }: Catalogue, own: Readonly<Record<string, unknown>> = {}): object {
  const path = `things/${randomUUID()}`
  return {
    ...{ module_id: moduleId, datasource_id: datasourceId, name: `API ${path}`, http_method: 'GET', path },
    ...{ access_type: 'public', content: 'SELECT id FROM flights ORDER BY id', params: [] },
    ...own,
  }
}

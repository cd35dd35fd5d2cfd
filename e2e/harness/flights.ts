import pg from 'pg'
import { freshDatabase } from '@penstock/testing'
import type { AdminClient } from './admin-client.js'

export interface Flights {
  readonly datasourceId: string
  readonly moduleId: string
  readonly drop: () => Promise<void>
}

/** A small database of flights, known to admin as a data source, and a module to put APIs into. */
export async function flights(admin: AdminClient): Promise<Flights> {
  const database = await freshDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query(`
    CREATE TABLE flights (id int PRIMARY KEY, origin text NOT NULL, destination text NOT NULL, delay int);
    INSERT INTO flights VALUES (1, 'SEA', 'JFK', 4), (2, 'SEA', 'LAX', -3), (3, 'JFK', 'SEA', NULL);`)
  await client.end()
  const url = new URL(database.url)
  const datasource = await admin.create('datasources', {
    name: `flights ${url.pathname.slice(1)}`,
    product_type: 'postgres',
    host: url.hostname,
    port: Number(url.port),
    database: url.pathname.slice(1),
    username: url.username,
    password: url.password,
    ssl: { mode: 'disable' },
  })
  const module = await admin.create('modules', { name: `flights ${url.pathname.slice(1)}` })
  return { datasourceId: datasource.id, moduleId: module.id, drop: () => database.drop() }
}

/** An API over the flights, published; returns its id. */
export async function publishedApi(admin: AdminClient, place: Flights, api: Record<string, unknown>): Promise<string> {
  const created = await createApi(admin, place, api)
  await admin.create(`apis/${created}/publish`, {})
  return created
}

/** An API over the flights as a draft; returns its id. */
export async function createApi(admin: AdminClient, place: Flights, api: Record<string, unknown>): Promise<string> {
  const { id } = await admin.create('apis', {
    module_id: place.moduleId,
    datasource_id: place.datasourceId,
    http_method: 'GET',
    execute_engine: 'SQL',
    access_type: 'public',
    params: [],
    ...api,
  })
  return id
}

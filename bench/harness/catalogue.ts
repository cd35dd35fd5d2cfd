import type { AdminClient } from '../../e2e/harness/admin-client.js'

export interface ApiSpec {
  readonly path: string
  readonly content: string
  /** Names of integer query parameters. */
  readonly integers?: readonly string[]
  readonly settings?: Readonly<Record<string, unknown>>
}

const integer = (name: string) => ({ name, location: 'query', data_type: 'integer', required: true })

export const POINT: ApiSpec = {
  path: 'point',
  content: 'SELECT aid, bid, abalance, filler FROM accounts WHERE aid = {{ aid }}',
  integers: ['aid'],
}
export const PUBLIC_POINT: ApiSpec = { ...POINT, path: 'public-point', settings: { access_type: 'public' } }
export const PAGE: ApiSpec = {
  path: 'page',
  content: 'SELECT aid, bid, abalance, filler FROM accounts WHERE aid > {{ after }} ORDER BY aid LIMIT {{ limit }}',
  integers: ['after', 'limit'],
}
export const ALL: ApiSpec = {
  path: 'all',
  content: 'SELECT aid, bid, abalance, filler FROM accounts',
  settings: { stream: true, timeout_ms: 600_000 },
}

/** A data source over the accounts and published APIs on it; gives the APIs' ids in order. */
export async function publishApis(
  admin: AdminClient,
  databaseUrl: string,
  specs: readonly ApiSpec[],
): Promise<readonly string[]> {
  const url = new URL(databaseUrl)
  const source = await admin.create('datasources', {
    name: 'bench',
    product_type: 'postgres',
    host: url.hostname,
    port: Number(url.port),
    database: url.pathname.slice(1),
    username: url.username,
    password: url.password,
    is_active: true,
  })
  const folder = await admin.create('modules', { name: 'bench' })
  const ids: string[] = []
  for (const { path, content, integers = [], settings = {} } of specs) {
    const { id } = await admin.create('apis', {
      module_id: folder.id,
      datasource_id: source.id,
      name: path,
      path,
      http_method: 'GET',
      execute_engine: 'SQL',
      access_type: 'private',
      content,
      params: integers.map(integer),
      ...settings,
    })
    await admin.create(`apis/${id}/publish`, {})
    ids.push(id)
  }
  return ids
}

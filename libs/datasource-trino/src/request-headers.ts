import type { ConnectionSettings } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import { expectCatalogName } from './catalog-name.js'

/**
 * What every request says. Nothing of it is from a call. Spooled results are not asked for, so rows come in the answers themselves.
 * Throws DATASOURCE_REFUSED rather than send a password that everybody on the way could read.
 */
export function requestHeaders(settings: ConnectionSettings): Record<string, string> {
  const { username, password, ssl, database } = settings
  const { catalog, schema } = expectCatalogName(database)
  if (password !== undefined && ssl.mode === 'disable') {
    throw new AppError(
      'DATASOURCE_REFUSED',
      'a password is sent over TLS alone: set ssl.mode, or leave the password out',
    )
  }
  return {
    'User-Agent': 'penstock',
    'X-Trino-User': username,
    'X-Trino-Source': 'penstock',
    'X-Trino-Catalog': catalog,
    ...(schema !== undefined && { 'X-Trino-Schema': schema }),
    'X-Trino-Time-Zone': 'UTC',
    'X-Trino-Language': 'en',
    // Without it, times come with three digits of their fraction.
    'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
    // Says that this client knows transactions; one that has begun puts its id here.
    'X-Trino-Transaction-Id': 'NONE',
    ...(password !== undefined && {
      Authorization: `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`,
    }),
  }
}

/**
 * The address of a path or of a `nextUri`: always on the configured server. A proxy in front of it may not have told it its name, and
 * credentials go nowhere else.
 */
export function addressOf({ ssl, host, port }: ConnectionSettings, uri: string): URL {
  const name = host.includes(':') ? `[${host}]` : host
  const origin = `${ssl.mode === 'disable' ? 'http' : 'https'}://${name}:${port}`
  const { pathname, search } = new URL(uri, origin)
  return new URL(pathname + search, origin)
}

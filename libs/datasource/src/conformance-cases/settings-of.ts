import type { ConnectionSettings } from '../driver.js'

/** Settings for the place that a URL names, without TLS; for tests. */
export function settingsOf(url: string, changes: Partial<ConnectionSettings> = {}): ConnectionSettings {
  const { hostname, port, pathname, username, password } = new URL(url)
  return {
    host: hostname,
    port: Number(port),
    database: pathname.slice(1),
    username,
    password: password === '' ? undefined : decodeURIComponent(password),
    ssl: { mode: 'disable' },
    poolSize: 3,
    connectTimeoutMs: 5000,
    searchPath: [],
    transactionPooler: false,
    closeAfterExecute: false,
    ...changes,
  }
}

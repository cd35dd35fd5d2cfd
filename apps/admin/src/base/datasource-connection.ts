import type { ProductType } from '@penstock/contracts'
import type { Datasource } from '@penstock/control-store'
import type { ConnectionSettings } from '@penstock/datasource'
import type { Keyring } from '@penstock/secrets'
import type { AdminConfig } from '../config.js'

/** How admin reaches a data source, and with which driver. */
export interface DatasourceConnection extends ConnectionSettings {
  readonly productType: ProductType
}

/** How admin reaches a saved data source. The password is in clear from here on: never log or store it. */
export function datasourceConnection(
  { id, productType, host, port, database, username, passwordSealed, ssl, options }: Datasource,
  keyring: Keyring,
  { connectTimeoutMs }: AdminConfig['external'],
): DatasourceConnection {
  return {
    productType,
    host,
    port,
    database,
    username,
    password: passwordSealed === null ? undefined : keyring.decrypt(passwordSealed, datasourcePasswordPlace(id)),
    ssl,
    // Admin looks and tries; calls are the gateways' work.
    poolSize: 2,
    connectTimeoutMs: options.connect_timeout_ms ?? connectTimeoutMs,
    searchPath: options.search_path ?? [],
    transactionPooler: options.transaction_pooler ?? false,
    closeAfterExecute: true,
  }
}

/** Where the password of a data source is stored; its ciphertext is bound to that place. */
export function datasourcePasswordPlace(id: string): {
  readonly table: string
  readonly row: string
  readonly column: string
} {
  return { table: 'datasources', row: id, column: 'password_sealed' }
}

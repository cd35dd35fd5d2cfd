import { defaultPort, type ProductType, type SslSettings } from '@penstock/contracts'
import { catalogName } from '@penstock/datasource-trino'
import type { Fault } from '@penstock/errors'
import { isIP } from 'node:net'
import { inputInvalid } from '../base/parse-input.js'

/** What of a data source depends on the kind that it is. */
export interface DatasourceAddress {
  readonly productType: ProductType
  readonly host: string
  readonly database: string
  readonly hasPassword: boolean
  readonly ssl: SslSettings
}

/** Refuses what no server of that kind could ever be reached by. */
export function refuseWrongAddress(address: DatasourceAddress): void {
  const fault = faultOf(address)
  if (fault !== undefined) throw inputInvalid([fault])
}

function faultOf({ productType, host, database, hasPassword, ssl }: DatasourceAddress): Fault | undefined {
  if (productType === 'mysql' && ssl.mode === 'verify-full' && isIP(host) !== 0) {
    return {
      field: 'host',
      message: 'must be a name, not an address, for its certificate to be compared (verify-full)',
    }
  }
  if (productType !== 'trino') return undefined
  if (catalogName(database) === undefined) {
    return { field: 'database', message: 'must be a catalog, or catalog/schema, for example hive/sales' }
  }
  if (hasPassword && ssl.mode === 'disable') {
    return { field: 'ssl', message: 'must not be disabled with a password: Trino takes passwords over TLS alone' }
  }
  return undefined
}

/** The port that was said, or the usual one of that kind. */
export function portOf(address: {
  readonly product_type: ProductType
  readonly port?: number | undefined
  readonly ssl: SslSettings
}): number {
  return address.port ?? defaultPort(address.product_type, address.ssl)
}

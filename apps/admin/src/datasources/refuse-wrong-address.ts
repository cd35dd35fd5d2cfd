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

/** Where a data source is, as people say it. */
interface SaidAddress {
  readonly product_type: ProductType
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly username?: string | undefined
  readonly ssl: SslSettings
}

/** The whole address: the usual port where none was said, and no server where files need none. Refuses a server without host or username. */
export function wholeAddress(said: SaidAddress): { host: string; port: number; username: string } {
  const { product_type: productType, host = '', port, username = '', ssl } = said
  const missing =
    productType === 'duckdb' ? [] : [...(host === '' ? ['host'] : []), ...(username === '' ? ['username'] : [])]
  if (missing.length > 0) throw inputInvalid(missing.map((field) => ({ field, message: 'is required' })))
  return { host, port: port ?? defaultPort(productType, ssl), username }
}

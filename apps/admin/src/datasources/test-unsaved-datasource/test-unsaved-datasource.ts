import type { DatasourceTestAnswer, TestDatasourceRequest } from '@penstock/contracts'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { refuseWrongAddress, wholeAddress } from '../refuse-wrong-address.js'
import { isPassword } from '../sealed-password.js'
import { tryDatasource } from '../try-datasource.js'

export type TestUnsavedDatasource = (caller: Caller, body: TestDatasourceRequest) => Promise<DatasourceTestAnswer>

/** Tries settings before they are saved. Nothing of them is kept. */
export function testUnsavedDatasource(ports: Pick<Ports, 'inspect' | 'config'>): TestUnsavedDatasource {
  return async (_caller, body) => {
    const { product_type: productType, database, password, ssl, options } = body
    const address = wholeAddress(body)
    refuseWrongAddress({ productType, host: address.host, database, hasPassword: isPassword(password), ssl })
    return tryDatasource(ports, {
      productType,
      ...address,
      database,
      password: isPassword(password) ? password : undefined,
      ssl,
      poolSize: 1,
      connectTimeoutMs: options.connect_timeout_ms ?? ports.config.external.connectTimeoutMs,
      searchPath: options.search_path ?? [],
      transactionPooler: options.transaction_pooler ?? false,
      closeAfterExecute: true,
    })
  }
}

import type { DatasourceTestAnswer, TestDatasourceRequest } from '@penstock/contracts'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { tryDatasource } from '../try-datasource.js'

export type TestUnsavedDatasource = (caller: Caller, body: TestDatasourceRequest) => Promise<DatasourceTestAnswer>

/** Tries settings before they are saved. Nothing of them is kept. */
export function testUnsavedDatasource(ports: Pick<Ports, 'inspect' | 'config'>): TestUnsavedDatasource {
  return (_caller, { product_type: productType, host, port, database, username, password, ssl, options }) =>
    tryDatasource(ports, {
      productType,
      host,
      port,
      database,
      username,
      password: password ?? undefined,
      ssl,
      poolSize: 1,
      connectTimeoutMs: options.connect_timeout_ms ?? ports.config.external.connectTimeoutMs,
      searchPath: options.search_path ?? [],
      transactionPooler: options.transaction_pooler ?? false,
      closeAfterExecute: true,
    })
}

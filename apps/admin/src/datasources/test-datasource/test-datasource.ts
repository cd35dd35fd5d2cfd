import type { DatasourceTestAnswer } from '@penstock/contracts'
import { datasourceConnection } from '../../base/datasource-connection.js'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findDatasource } from '../find-datasource.js'
import { tryDatasource } from '../try-datasource.js'

export type TestDatasource = (caller: Caller, id: string) => Promise<DatasourceTestAnswer>

/** Tries a saved data source with its saved password. */
export function testDatasource(ports: Pick<Ports, 'database' | 'keyring' | 'inspect' | 'config'>): TestDatasource {
  return async (_caller, id) => {
    const datasource = await ports.database.read((tx) => findDatasource(tx, id))
    return tryDatasource(ports, datasourceConnection(datasource, ports.keyring, ports.config.external))
  }
}

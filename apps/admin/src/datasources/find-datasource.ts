import { datasourceStore, type Datasource, type Tx } from '@penstock/control-store'
import { AppError } from '@penstock/errors'

/** The data source, or NOT_FOUND. */
export async function findDatasource(tx: Tx, id: string): Promise<Datasource> {
  return present(await datasourceStore.find(tx, id))
}

/** The data source, locked until the transaction ends, or NOT_FOUND. */
export async function findDatasourceForChange(tx: Tx, id: string): Promise<Datasource> {
  return present(await datasourceStore.findForChange(tx, id))
}

function present(datasource: Datasource | null): Datasource {
  if (datasource === null) throw new AppError('NOT_FOUND')
  return datasource
}

import { AppError } from '@penstock/errors'
import type { ApiPlan, CompiledSnapshot, DatasourcePlan } from './compiled-snapshot.js'

/** The data source of an API. Throws API_BROKEN when it is unknown and DATASOURCE_INACTIVE when it is switched off. */
export function activeDatasource(snapshot: CompiledSnapshot, plan: ApiPlan): DatasourcePlan {
  if (plan.datasourceId === undefined) throw new AppError('API_BROKEN', 'the API has no data source')
  const datasource = snapshot.datasources.get(plan.datasourceId)
  if (datasource === undefined)
    throw new AppError('API_BROKEN', `data source ${plan.datasourceId} is not in the snapshot`)
  if (!datasource.isActive) throw new AppError('DATASOURCE_INACTIVE', `data source ${datasource.name} is not active`)
  return datasource
}

/** What a call fails with when its deadline passed. */
export function overdue(timeoutMs: number): AppError {
  return new AppError('DATASOURCE_TIMEOUT', `the call took longer than ${timeoutMs} ms in the data source`)
}

import { apiStore, datasourceStore, type Api, type Tx } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import { inputInvalid } from '../base/parse-input.js'
import { allows, type Caller } from '../base/principal.js'

/** What an API runs on: its data source, and those that its scripts reach beside it. */
export interface UsedDatasources {
  readonly datasourceId: string | null
  readonly extraDatasourceIds: readonly string[]
}

/** The API, or NOT_FOUND. */
export async function findApi(tx: Tx, id: string): Promise<Api> {
  return present(await apiStore.find(tx, id))
}

/** The API, locked until the transaction ends, or NOT_FOUND. */
export async function findApiForChange(tx: Tx, id: string): Promise<Api> {
  return present(await apiStore.findForChange(tx, id))
}

function present(api: Api | null): Api {
  if (api === null) throw new AppError('NOT_FOUND')
  return api
}

/**
 * Whoever writes, tries or publishes a statement decides what runs under the credentials of the data sources, so it takes the permission
 * to execute there beside the one on the API.
 */
export function requireExecute(caller: Caller, { datasourceId, extraDatasourceIds }: UsedDatasources): void {
  if (datasourceId !== null && !allows(caller.user, 'datasource:execute', datasourceId)) {
    throw new AppError('PERMISSION_DENIED', `datasource:execute on ${datasourceId}`, {
      message: 'Permission required: datasource:execute on the data source of the API',
    })
  }
  const denied = extraDatasourceIds.find((id) => !allows(caller.user, 'datasource:execute', id))
  if (denied === undefined) return
  throw new AppError('PERMISSION_DENIED', `datasource:execute on ${denied}`, {
    message: 'Permission required: datasource:execute on each data source of extra_datasource_ids',
  })
}

/**
 * Refuses an API whose data sources cannot be what it needs, and holds those of the list in the caller's transaction. The one of the API
 * itself is watched over by the database.
 */
export async function requireDatasources(
  tx: Tx,
  { executeEngine, datasourceId, extraDatasourceIds }: UsedDatasources & { readonly executeEngine: 'SQL' | 'SCRIPT' },
): Promise<void> {
  if (executeEngine === 'SQL' && datasourceId === null) {
    throw inputInvalid([{ field: 'datasource_id', message: 'is required with engine SQL' }])
  }
  await datasourceStore.hold(tx, extraDatasourceIds)
  const [missing] = await datasourceStore.missing(tx, extraDatasourceIds)
  if (missing === undefined) return
  throw inputInvalid([
    { field: 'extra_datasource_ids', message: `names a data source that does not exist: ${missing}` },
  ])
}

/** Links to a group give its clients access, so it takes the permission to change the group. */
export function requireGroups(caller: Caller, groupIds: readonly string[]): void {
  if (groupIds.every((id) => allows(caller.user, 'group:update', id))) return
  throw new AppError('PERMISSION_DENIED', 'group:update', {
    message: 'Permission required: group:update on each group of group_ids',
  })
}

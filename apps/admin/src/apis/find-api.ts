import { apiStore, type Api, type Tx } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import { allows, type Caller } from '../base/principal.js'

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
 * Whoever writes, tries or publishes a statement decides what runs under the credentials of the data source, so it takes the permission
 * to execute there beside the one on the API.
 */
export function requireExecute(caller: Caller, datasourceId: string | null): void {
  if (datasourceId === null || allows(caller.user, 'datasource:execute', datasourceId)) return
  throw new AppError('PERMISSION_DENIED', `datasource:execute on ${datasourceId}`, {
    message: 'Permission required: datasource:execute on the data source of the API',
  })
}

/** Links to a group give its clients access, so it takes the permission to change the group. */
export function requireGroups(caller: Caller, groupIds: readonly string[]): void {
  if (groupIds.every((id) => allows(caller.user, 'group:update', id))) return
  throw new AppError('PERMISSION_DENIED', 'group:update', {
    message: 'Permission required: group:update on each group of group_ids',
  })
}

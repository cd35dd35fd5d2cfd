import type { ApiAnswer, CreateApiRequest } from '@penstock/contracts'
import { apiGroupLinks, apiStore } from '@penstock/control-store'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { apiAnswerOf, ownPart } from '../api-answer.js'
import { apiColumns } from '../api-columns.js'
import { findApi, requireDatasources, requireExecute, requireGroups } from '../find-api.js'

export type CreateApi = (caller: Caller, body: CreateApiRequest) => Promise<ApiAnswer>

/** Makes a draft. Gateways hear of it when it is published; its groups know of it at once. */
export function createApi({
  database,
  changes,
  audit,
  newId,
}: Pick<Ports, 'database' | 'changes' | 'audit' | 'newId'>): CreateApi {
  return async (caller, body) => {
    requireExecute(caller, { datasourceId: body.datasource_id, extraDatasourceIds: body.extra_datasource_ids })
    requireGroups(caller, body.group_ids)
    return database.transaction(async (tx) => {
      const id = newId()
      await apiStore.insert(tx, { id, ...apiColumns(body) })
      const groups = await apiGroupLinks.replace(tx, id, body.group_ids)
      const api = await findApi(tx, id)
      await requireDatasources(tx, api)
      await audit(tx, caller, {
        action: 'api.create',
        resource: { type: 'api', id, name: api.name },
        after: { shown: { ...ownPart(api), group_ids: body.group_ids } },
      })
      if (groups.length > 0)
        await changes.touch(
          tx,
          groups.map((group) => `group:${group}`),
        )
      return apiAnswerOf(tx, api)
    })
  }
}

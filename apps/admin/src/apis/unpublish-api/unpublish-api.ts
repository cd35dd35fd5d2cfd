import type { ApiAnswer } from '@penstock/contracts'
import { publicationStore } from '@penstock/control-store'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { apiAnswerOf } from '../api-answer.js'
import { findApi, findApiForChange } from '../find-api.js'

export type UnpublishApi = (caller: Caller, id: string, confirmShrink: boolean) => Promise<ApiAnswer>

/** Takes the API off every gateway. Its versions stay; of one that is not published nothing changes. */
export function unpublishApi({
  database,
  changes,
  audit,
}: Pick<Ports, 'database' | 'changes' | 'audit'>): UnpublishApi {
  return (caller, id, confirmShrink) =>
    database.transaction(async (tx) => {
      const api = await findApiForChange(tx, id)
      if (api.publishedVersionId === null) return apiAnswerOf(tx, api)
      await publicationStore.unpublish(tx, id)
      await publicationStore.note(tx, id, { action: 'unpublish', versionId: null }, caller.user)
      await audit(tx, caller, {
        action: 'api.unpublish',
        resource: { type: 'api', id, name: api.name },
        before: {
          shown: { version_id: api.publishedVersionId, http_method: api.publishedMethod, path: api.publishedPath },
        },
        after: { shown: { version_id: null } },
      })
      const answer = await apiAnswerOf(tx, await findApi(tx, id))
      await changes.touch(tx, [`api:${id}`], { confirmShrink })
      return answer
    })
}

import type { ApiAnswer, ChangeApiRequest } from '@penstock/contracts'
import { apiGroupLinks, apiStore } from '@penstock/control-store'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { apiAnswerOf, ownPart } from '../api-answer.js'
import { apiColumns, changesDraft } from '../api-columns.js'
import { findApi, findApiForChange, requireDatasources, requireExecute, requireGroups } from '../find-api.js'

export type ChangeApi = (caller: Caller, id: string, body: ChangeApiRequest) => Promise<ApiAnswer>

/**
 * Changes the draft and the live settings. Who may call and how much is effective on every gateway at once; what a version holds (path,
 * method, data sources, content, parameters, transform) waits for the next publish.
 */
export function changeApi({ database, changes, audit }: Pick<Ports, 'database' | 'changes' | 'audit'>): ChangeApi {
  return (caller, id, body) =>
    database.transaction(async (tx) => {
      const before = await findApiForChange(tx, id)
      const groupsBefore = await apiGroupLinks.members(tx, id)
      const columns = apiColumns(body)
      const draftChanges = changesDraft(before, columns)
      if (draftChanges) requireExecute(caller, { ...before, ...columns })
      if (body.group_ids !== undefined) requireGroups(caller, difference(groupsBefore, body.group_ids))
      await apiStore.change(tx, id, columns)
      if (draftChanges) await apiStore.bumpDraft(tx, id)
      const groups = body.group_ids === undefined ? [] : await apiGroupLinks.replace(tx, id, body.group_ids)
      const after = await findApi(tx, id)
      await requireDatasources(tx, after)
      await audit(tx, caller, {
        action: 'api.update',
        resource: { type: 'api', id, name: after.name },
        before: { shown: { ...ownPart(before), group_ids: groupsBefore } },
        after: { shown: { ...ownPart(after), group_ids: body.group_ids ?? groupsBefore } },
      })
      const answer = await apiAnswerOf(tx, after)
      await changes.touch(tx, [`api:${id}`, ...groups.map((group) => `group:${group}`)], {
        confirmShrink: body.confirm_shrink,
      })
      return answer
    })
}

/** What is in one of the two only. */
function difference(left: readonly string[], right: readonly string[]): string[] {
  return [...left.filter((id) => !right.includes(id)), ...right.filter((id) => !left.includes(id))]
}

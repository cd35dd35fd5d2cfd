import { apiStore } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { ownPart } from '../api-answer.js'
import { findApiForChange } from '../find-api.js'

export type DeleteApi = (caller: Caller, id: string) => Promise<void>

/** Removes an API with its versions and links. One that is published is refused: nobody removes by accident what callers use. */
export function deleteApi({ database, changes, audit }: Pick<Ports, 'database' | 'changes' | 'audit'>): DeleteApi {
  return (caller, id) =>
    database.transaction(async (tx) => {
      const api = await findApiForChange(tx, id)
      if (api.publishedVersionId !== null) {
        throw new AppError('IN_USE', 'the API is published', {
          message: `${api.publishedMethod} /${api.publishedPath} is published; unpublish the API first`,
        })
      }
      await apiStore.remove(tx, id)
      await audit(tx, caller, {
        action: 'api.delete',
        resource: { type: 'api', id, name: api.name },
        before: { shown: ownPart(api) },
      })
      await changes.touch(tx, [`api:${id}`])
    })
}

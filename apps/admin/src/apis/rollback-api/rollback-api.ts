import type { PublishedAnswer } from '@penstock/contracts'
import { publicationStore } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import { rollbackTarget } from '@penstock/publishing'
import type { Caller } from '../../base/principal.js'
import { findApi } from '../find-api.js'
import { publishVersion, type PublishPorts } from '../publish-api/publish-api.js'

export type RollbackApi = (caller: Caller, id: string, versionId: string | undefined) => Promise<PublishedAnswer>

/** Serves the version that was served before, or a given one. It is looked at like any publish: what it needs may be gone since. */
export function rollbackApi(ports: PublishPorts): RollbackApi {
  return async (caller, id, versionId) =>
    publishVersion(ports, caller, {
      apiId: id,
      versionId: versionId ?? (await previousVersion(ports, id)),
      action: 'rollback',
    })
}

async function previousVersion({ database }: PublishPorts, id: string): Promise<string> {
  const history = await database.read(async (tx) => {
    await findApi(tx, id)
    return publicationStore.history(tx, id)
  })
  const target = rollbackTarget(history)
  if (target !== undefined) return target
  throw new AppError('CONFLICT', 'nothing was published before', {
    message: 'No other version of the API was published before',
  })
}

import { macroStore } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import { inputInvalid } from '../../base/parse-input.js'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { refuseFaulty } from '../examine-candidate.js'
import { examineScripts } from '../examine-scripts.js'
import { findApi, findApiForChange } from '../find-api.js'
import { takeVersion } from '../take-version.js'

export type CreateVersion = (
  caller: Caller,
  id: string,
  commitMessage: string,
) => Promise<{ id: string; version: number }>

type VersionPorts = Pick<Ports, 'database' | 'audit' | 'newId' | 'scripts'>

/**
 * Keeps the draft as it is now. Of a template nothing is checked but that there is something to keep: work in progress may be kept, too.
 * Scripts must compile, because the version holds the macros whose names they use, and those are found by reading them.
 */
export function createVersion(ports: VersionPorts): CreateVersion {
  return async (caller, id, commitMessage) => {
    const { api, macros, unpublished } = await ports.database.read(async (tx) => {
      const found = await findApi(tx, id)
      const macros = await macroStore.inScope(tx, found.moduleId)
      return { api: found, macros, unpublished: await macroStore.unpublished(tx, found.moduleId) }
    })
    if (api.content.trim() === '')
      throw inputInvalid([{ field: 'content', message: 'the draft has no content to keep' }])
    const { errors } = await examineScripts(ports, api, macros, unpublished)
    refuseFaulty({ errors, clash: undefined })
    return ports.database.transaction(async (tx) => {
      const now = await findApiForChange(tx, id)
      if (now.draftRevision !== api.draftRevision || now.moduleId !== api.moduleId) throw changedMeanwhile()
      const version = await takeVersion(tx, ports, caller, { api: now, commitMessage, macros })
      await ports.audit(tx, caller, {
        action: 'api.version',
        resource: { type: 'api', id, name: now.name },
        after: { shown: { version_id: version.id, version: version.version, commit_message: commitMessage } },
      })
      return { id: version.id, version: version.version }
    })
  }
}

function changedMeanwhile(): AppError {
  return new AppError('CONFLICT', 'the draft changed while a version was taken of it', {
    message: 'The draft was changed while a version was taken of it; look at it and try again',
  })
}

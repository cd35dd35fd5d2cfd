import { macroStore } from '@penstock/control-store'
import { inputInvalid } from '../../base/parse-input.js'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findApiForChange } from '../find-api.js'
import { takeVersion } from '../take-version.js'

export type CreateVersion = (
  caller: Caller,
  id: string,
  commitMessage: string,
) => Promise<{ id: string; version: number }>

/** Keeps the draft as it is now. Nothing is checked but that there is something to keep: work in progress may be kept, too. */
export function createVersion(ports: Pick<Ports, 'database' | 'audit' | 'newId'>): CreateVersion {
  return (caller, id, commitMessage) =>
    ports.database.transaction(async (tx) => {
      const api = await findApiForChange(tx, id)
      if (api.content.trim() === '')
        throw inputInvalid([{ field: 'content', message: 'the draft has no content to keep' }])
      const macros = await macroStore.inScope(tx, api.moduleId)
      const version = await takeVersion(tx, ports, caller, { api, commitMessage, macros })
      await ports.audit(tx, caller, {
        action: 'api.version',
        resource: { type: 'api', id, name: api.name },
        after: { shown: { version_id: version.id, version: version.version, commit_message: commitMessage } },
      })
      return { id: version.id, version: version.version }
    })
}

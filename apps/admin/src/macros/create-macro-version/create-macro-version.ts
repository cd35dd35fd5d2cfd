import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findMacroForChange } from '../macro-answer.js'
import { takeMacroVersion } from '../take-macro-version.js'

export type CreateMacroVersion = (
  caller: Caller,
  id: string,
  commitMessage: string,
) => Promise<{ id: string; version: number }>

/** Keeps the draft as it is now. */
export function createMacroVersion(ports: Pick<Ports, 'database' | 'audit' | 'newId'>): CreateMacroVersion {
  return (caller, id, commitMessage) =>
    ports.database.transaction(async (tx) => {
      const macro = await findMacroForChange(tx, id)
      const version = await takeMacroVersion(tx, ports, caller, { macro, commitMessage })
      await ports.audit(tx, caller, {
        action: 'macro.version',
        resource: { type: 'macro', id, name: macro.name },
        after: { shown: { version_id: version.id, version: version.version, commit_message: commitMessage } },
      })
      return { id: version.id, version: version.version }
    })
}

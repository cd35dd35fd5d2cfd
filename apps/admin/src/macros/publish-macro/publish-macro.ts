import type { publishedMacroAnswer, publishMacroRequest } from '@penstock/contracts'
import { macroStore, macroVersionStore, type Macro, type MacroVersion, type Tx } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import type { z } from 'zod'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { checkMacro } from '../check-macro.js'
import { findMacroForChange } from '../macro-answer.js'
import { macroVersionOfDraft } from '../take-macro-version.js'

type PublishMacroRequest = z.output<typeof publishMacroRequest>
export type PublishMacro = (
  caller: Caller,
  id: string,
  body: PublishMacroRequest,
) => Promise<z.output<typeof publishedMacroAnswer>>

/**
 * Makes a version the one that APIs take with their next version. A published API holds the macro versions that it was tried with, so
 * nothing that is served changes by this; the answer names the APIs that hold another one.
 */
export function publishMacro(ports: Pick<Ports, 'database' | 'audit' | 'newId' | 'config'>): PublishMacro {
  return (caller, id, body) =>
    ports.database.transaction(async (tx) => {
      const macro = await findMacroForChange(tx, id)
      const version = await wantedVersion(tx, ports, caller, macro, body)
      checkMacro(version.content, ports.config.external.templateCharactersMax)
      await macroStore.setPublished(tx, id, version.id)
      await ports.audit(tx, caller, {
        action: 'macro.publish',
        resource: { type: 'macro', id, name: macro.name },
        before: { shown: { version_id: macro.publishedVersionId } },
        after: { shown: { version_id: version.id, version: version.version } },
      })
      const users = await macroStore.users(tx, id)
      const outdated = users.filter(({ versionId }) => versionId !== version.id).map(({ name }) => name)
      return { id: version.id, version: version.version, outdated_apis: outdated }
    })
}

async function wantedVersion(
  tx: Tx,
  ports: Pick<Ports, 'newId'>,
  caller: Caller,
  macro: Macro,
  body: PublishMacroRequest,
): Promise<MacroVersion> {
  if (body.version_id === undefined)
    return macroVersionOfDraft(tx, ports, caller, { macro, commitMessage: body.commit_message })
  const version = await macroVersionStore.find(tx, body.version_id)
  if (version === null || version.macroId !== macro.id) throw new AppError('NOT_FOUND')
  return version
}

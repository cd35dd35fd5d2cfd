import type { publishedMacroAnswer, publishMacroRequest } from '@penstock/contracts'
import { macroStore, macroVersionStore, type Macro, type MacroVersion, type Tx } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import type { z } from 'zod'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { checkMacro } from '../check-macro.js'
import { findMacro, findMacroForChange } from '../macro-answer.js'
import { macroVersionOfDraft } from '../take-macro-version.js'

type PublishMacroRequest = z.output<typeof publishMacroRequest>
export type PublishMacro = (
  caller: Caller,
  id: string,
  body: PublishMacroRequest,
) => Promise<z.output<typeof publishedMacroAnswer>>

type MacroPorts = Pick<Ports, 'database' | 'audit' | 'newId' | 'config' | 'scripts'>

/**
 * Makes a version the one that APIs take with their next version. A published API holds the macro versions that it was tried with, so
 * nothing that is served changes by this; the answer names the APIs that hold another one.
 */
export function publishMacro(ports: MacroPorts): PublishMacro {
  return async (caller, id, body) => {
    const checked = await ports.database.read(async (tx) => {
      const { macroType, name, content } = await findMacro(tx, id)
      if (body.version_id === undefined) return { macroType, name, content }
      return { macroType, name, content: (await versionOf(tx, id, body.version_id)).content }
    })
    await checkMacro(ports, checked)
    return ports.database.transaction(async (tx) => {
      const macro = await findMacroForChange(tx, id)
      const version = await wantedVersion(tx, ports, caller, macro, body)
      if (version.content !== checked.content || macro.macroType !== checked.macroType) throw changedMeanwhile()
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
  return versionOf(tx, macro.id, body.version_id)
}

async function versionOf(tx: Tx, macroId: string, versionId: string): Promise<MacroVersion> {
  const version = await macroVersionStore.find(tx, versionId)
  if (version === null || version.macroId !== macroId) throw new AppError('NOT_FOUND')
  return version
}

function changedMeanwhile(): AppError {
  return new AppError('CONFLICT', 'the draft changed while it was being published', {
    message: 'The draft was changed while it was being published; look at it and publish again',
  })
}

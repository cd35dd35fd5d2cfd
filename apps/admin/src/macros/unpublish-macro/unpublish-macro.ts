import type { MacroAnswer } from '@penstock/contracts'
import { macroStore } from '@penstock/control-store'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findMacro, findMacroForChange, macroAnswerOf } from '../macro-answer.js'

export type UnpublishMacro = (caller: Caller, id: string) => Promise<MacroAnswer>

/** From now on no API can take it. Published APIs keep the version that they hold. */
export function unpublishMacro({ database, audit }: Pick<Ports, 'database' | 'audit'>): UnpublishMacro {
  return (caller, id) =>
    database.transaction(async (tx) => {
      const macro = await findMacroForChange(tx, id)
      if (macro.publishedVersionId === null) return macroAnswerOf(tx, macro)
      await macroStore.setPublished(tx, id, null)
      await audit(tx, caller, {
        action: 'macro.unpublish',
        resource: { type: 'macro', id, name: macro.name },
        before: { shown: { version_id: macro.publishedVersionId } },
        after: { shown: { version_id: null } },
      })
      return macroAnswerOf(tx, await findMacro(tx, id))
    })
}

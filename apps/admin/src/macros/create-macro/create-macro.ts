import type { CreateMacroRequest, MacroAnswer } from '@penstock/contracts'
import { macroStore } from '@penstock/control-store'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findMacro, macroAnswerOf, macroSummaryOf } from '../macro-answer.js'

export type CreateMacro = (caller: Caller, body: CreateMacroRequest) => Promise<MacroAnswer>

/** Makes the draft of a macro. APIs can use it when it is published. */
export function createMacro({ database, audit, newId }: Pick<Ports, 'database' | 'audit' | 'newId'>): CreateMacro {
  return (caller, body) =>
    database.transaction(async (tx) => {
      const id = newId()
      await macroStore.insert(tx, {
        id,
        name: body.name,
        description: body.description,
        macroType: body.macro_type,
        moduleId: body.module_id,
        content: body.content,
        sortOrder: body.sort_order,
      })
      const macro = await findMacro(tx, id)
      await audit(tx, caller, {
        action: 'macro.create',
        resource: { type: 'macro', id, name: macro.name },
        after: { shown: { ...macroSummaryOf(macro), content: macro.content } },
      })
      return macroAnswerOf(tx, macro)
    })
}

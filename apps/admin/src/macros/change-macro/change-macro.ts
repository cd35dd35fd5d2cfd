import type { ChangeMacroRequest, MacroAnswer } from '@penstock/contracts'
import { macroStore, type Macro } from '@penstock/control-store'
import { defined } from '../../base/defined.js'
import { inputInvalid } from '../../base/parse-input.js'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findMacro, findMacroForChange, macroAnswerOf, macroSummaryOf } from '../macro-answer.js'

export type ChangeMacro = (caller: Caller, id: string, body: ChangeMacroRequest) => Promise<MacroAnswer>

/** Changes the draft. Neither published APIs nor what the next ones take changes: that is publishing's part. */
export function changeMacro({ database, audit }: Pick<Ports, 'database' | 'audit'>): ChangeMacro {
  return (caller, id, body) =>
    database.transaction(async (tx) => {
      const before = await findMacroForChange(tx, id)
      // Its versions are texts of the one kind, and APIs hold them.
      if (body.macro_type !== undefined && body.macro_type !== before.macroType)
        throw inputInvalid([
          { field: 'macro_type', message: `cannot be changed: the macro is of type ${before.macroType}` },
        ])
      await macroStore.change(
        tx,
        id,
        defined({
          name: body.name,
          description: body.description,
          moduleId: body.module_id,
          content: body.content,
          sortOrder: body.sort_order,
        }),
      )
      if (body.content !== undefined && body.content !== before.content) await macroStore.bumpDraft(tx, id)
      const after = await findMacro(tx, id)
      await audit(tx, caller, {
        action: 'macro.update',
        resource: { type: 'macro', id, name: after.name },
        before: { shown: shown(before) },
        after: { shown: shown(after) },
      })
      return macroAnswerOf(tx, after)
    })
}

function shown(macro: Macro): object {
  return { ...macroSummaryOf(macro), content: macro.content }
}

import { macroStore } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findMacroForChange, macroSummaryOf } from '../macro-answer.js'

export type DeleteMacro = (caller: Caller, id: string) => Promise<void>

/** Removes a macro with its versions, unless published APIs hold one of them: they could not be rolled back to any more. */
export function deleteMacro({ database, audit }: Pick<Ports, 'database' | 'audit'>): DeleteMacro {
  return (caller, id) =>
    database.transaction(async (tx) => {
      const macro = await findMacroForChange(tx, id)
      const users = await macroStore.users(tx, id)
      if (users.length > 0) {
        throw new AppError('IN_USE', 'published APIs hold it', {
          message: `The macro is used by ${users
            .slice(0, 20)
            .map(({ name }) => name)
            .join(', ')}`,
        })
      }
      await macroStore.remove(tx, id)
      await audit(tx, caller, {
        action: 'macro.delete',
        resource: { type: 'macro', id, name: macro.name },
        before: { shown: { ...macroSummaryOf(macro), content: macro.content } },
      })
    })
}

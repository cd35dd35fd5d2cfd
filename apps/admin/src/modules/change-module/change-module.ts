import type { ChangeModuleRequest, ModuleAnswer } from '@penstock/contracts'
import { moduleStore } from '@penstock/control-store'
import { defined } from '../../base/defined.js'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findModule, findModuleForChange, moduleAnswerOf } from '../module-answer.js'

export type ChangeModule = (caller: Caller, id: string, body: ChangeModuleRequest) => Promise<ModuleAnswer>

/** Changes a module. The entries of its published APIs carry its name, and vanish while it is not active. */
export function changeModule({
  database,
  audit,
  changes,
}: Pick<Ports, 'database' | 'audit' | 'changes'>): ChangeModule {
  return (caller, id, body) =>
    database.transaction(async (tx) => {
      const before = await findModuleForChange(tx, id)
      const { confirm_shrink: confirmShrink, sort_order: sortOrder, is_active: isActive, ...columns } = body
      await moduleStore.change(tx, id, defined({ ...columns, sortOrder, isActive }))
      const after = await findModule(tx, id)
      await audit(tx, caller, {
        action: 'module.update',
        resource: { type: 'module', id, name: after.name },
        before: { shown: moduleAnswerOf(before) },
        after: { shown: moduleAnswerOf(after) },
      })
      await changes.touch(tx, [`module:${id}`], { confirmShrink })
      return moduleAnswerOf(after)
    })
}

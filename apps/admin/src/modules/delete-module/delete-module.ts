import { moduleStore, principalStore } from '@penstock/control-store'
import { refuseInUse } from '../../base/in-use.js'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findModuleForChange, moduleAnswerOf } from '../module-answer.js'

export type DeleteModule = (caller: Caller, id: string) => Promise<void>

/** Removes an empty module; refused with the names of the APIs and macros in it. */
export function deleteModule({ database, audit }: Pick<Ports, 'database' | 'audit'>): DeleteModule {
  return (caller, id) =>
    database.transaction(async (tx) => {
      const module = await findModuleForChange(tx, id)
      refuseInUse(`Module "${module.name}"`, await moduleStore.dependents(tx, id))
      await moduleStore.remove(tx, id)
      await principalStore.forgetResource(tx, id)
      await audit(tx, caller, {
        action: 'module.delete',
        resource: { type: 'module', id, name: module.name },
        before: { shown: moduleAnswerOf(module) },
      })
    })
}

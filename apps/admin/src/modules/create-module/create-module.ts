import type { CreateModuleRequest, ModuleAnswer } from '@penstock/contracts'
import { moduleStore } from '@penstock/control-store'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findModule, moduleAnswerOf } from '../module-answer.js'

export type CreateModule = (caller: Caller, body: CreateModuleRequest) => Promise<ModuleAnswer>

/** Adds a module. Gateways hear of it with its first published API. */
export function createModule({ database, audit, newId }: Pick<Ports, 'database' | 'audit' | 'newId'>): CreateModule {
  return (caller, { name, description, sort_order: sortOrder, is_active: isActive }) =>
    database.transaction(async (tx) => {
      const id = newId()
      await moduleStore.insert(tx, { id, name, description, sortOrder, isActive })
      const module = moduleAnswerOf(await findModule(tx, id))
      await audit(tx, caller, {
        action: 'module.create',
        resource: { type: 'module', id, name },
        after: { shown: module },
      })
      return module
    })
}

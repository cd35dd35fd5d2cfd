import type { ModuleAnswer } from '@penstock/contracts'
import { moduleStore, type Module, type Tx } from '@penstock/control-store'
import { AppError } from '@penstock/errors'

/** A module as the outside sees it. */
export function moduleAnswerOf(module: Module): ModuleAnswer {
  return {
    id: module.id,
    name: module.name,
    description: module.description,
    sort_order: module.sortOrder,
    is_active: module.isActive,
    created_at: module.createdAt.toISOString(),
    updated_at: module.updatedAt.toISOString(),
  }
}

/** The module, or NOT_FOUND. */
export async function findModule(tx: Tx, id: string): Promise<Module> {
  const module = await moduleStore.find(tx, id)
  if (module === null) throw new AppError('NOT_FOUND')
  return module
}

/** The module, locked until the transaction ends, or NOT_FOUND. */
export async function findModuleForChange(tx: Tx, id: string): Promise<Module> {
  const module = await moduleStore.findForChange(tx, id)
  if (module === null) throw new AppError('NOT_FOUND')
  return module
}

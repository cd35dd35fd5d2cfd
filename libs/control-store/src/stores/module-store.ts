import type { Tx } from '../control-database.js'
import { Module } from '../entities/module.js'
import { containing, onlyPermitted, pageOf, type Page, type PageRequest, type Permitted } from '../page.js'
import { recordStore } from './record-store.js'

export interface ModuleFilter extends PageRequest {
  readonly permitted: Permitted
  readonly name?: string | undefined
  readonly isActive?: boolean | undefined
}

const SORTABLE = { sort_order: 'sortOrder', name: 'name', created_at: 'createdAt', updated_at: 'updatedAt' }

const DEPENDENTS = /* sql */ `
SELECT name FROM (
  SELECT 'API ' || http_method || ' /' || path AS name FROM apis WHERE module_id = $1
  UNION ALL SELECT 'macro ' || name FROM macros WHERE module_id = $1
) dependents ORDER BY name LIMIT 20`

const PUBLISHED = /* sql */ `SELECT id FROM apis WHERE module_id = $1 AND published_version_id IS NOT NULL ORDER BY id`

export const moduleStore = {
  ...recordStore(Module),

  page(tx: Tx, filter: ModuleFilter): Promise<Page<Module>> {
    const query = onlyPermitted(tx.createQueryBuilder(Module, 'module'), filter.permitted)
    if (filter.name !== undefined) query.andWhere('module.name ILIKE :name', { name: containing(filter.name) })
    if (filter.isActive !== undefined) query.andWhere('module.isActive = :isActive', { isActive: filter.isActive })
    return pageOf(query, filter, SORTABLE)
  },

  /** Names of what the module holds, at most 20. */
  async dependents(tx: Tx, id: string): Promise<readonly string[]> {
    const rows: { name: string }[] = await tx.query(DEPENDENTS, [id])
    return rows.map(({ name }) => name)
  },

  /** The module's published APIs: their entries carry its name, and vanish while it is not active. */
  async publishedApiIds(tx: Tx, id: string): Promise<readonly string[]> {
    const rows: { id: string }[] = await tx.query(PUBLISHED, [id])
    return rows.map((row) => row.id)
  },
}

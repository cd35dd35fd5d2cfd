import type { Tx } from '../control-database.js'
import { Group } from '../entities/group.js'
import { containing, onlyPermitted, pageOf, type Page, type PageRequest, type Permitted } from '../page.js'
import { recordStore } from './record-store.js'

export interface GroupFilter extends PageRequest {
  readonly permitted: Permitted
  readonly name?: string | undefined
  readonly isActive?: boolean | undefined
}

const SORTABLE = { name: 'name', created_at: 'createdAt', updated_at: 'updatedAt' }

export const groupStore = {
  ...recordStore(Group),

  page(tx: Tx, filter: GroupFilter): Promise<Page<Group>> {
    const query = onlyPermitted(tx.createQueryBuilder(Group, 'group'), filter.permitted)
    if (filter.name !== undefined) query.andWhere('group.name ILIKE :name', { name: containing(filter.name) })
    if (filter.isActive !== undefined) query.andWhere('group.isActive = :isActive', { isActive: filter.isActive })
    return pageOf(query, filter, SORTABLE)
  },
}

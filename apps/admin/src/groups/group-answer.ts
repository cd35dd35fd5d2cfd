import type { GroupAnswer, GroupSummary } from '@penstock/contracts'
import { groupApiLinks, groupClientLinks, groupStore, type Group, type Tx } from '@penstock/control-store'
import { AppError } from '@penstock/errors'

/** A group in a list. */
export function groupSummaryOf(group: Group): GroupSummary {
  return {
    id: group.id,
    name: group.name,
    description: group.description,
    is_active: group.isActive,
    created_at: group.createdAt.toISOString(),
    updated_at: group.updatedAt.toISOString(),
  }
}

/** A group with its links. */
export async function groupAnswerOf(tx: Tx, group: Group): Promise<GroupAnswer> {
  const apiIds = await groupApiLinks.members(tx, group.id)
  const clientIds = await groupClientLinks.members(tx, group.id)
  return { ...groupSummaryOf(group), api_ids: [...apiIds], client_ids: [...clientIds] }
}

/** The group, or NOT_FOUND. */
export async function findGroup(tx: Tx, id: string): Promise<Group> {
  const group = await groupStore.find(tx, id)
  if (group === null) throw new AppError('NOT_FOUND')
  return group
}

/** The group, locked until the transaction ends, or NOT_FOUND. */
export async function findGroupForChange(tx: Tx, id: string): Promise<Group> {
  const group = await groupStore.findForChange(tx, id)
  if (group === null) throw new AppError('NOT_FOUND')
  return group
}

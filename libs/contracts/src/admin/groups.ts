import { z } from 'zod'
import { changes, description, displayName, idList, time } from './common.js'
import { listAnswer, listQuery, queryFlag, queryText } from './list-query.js'

const fields = z.strictObject({ name: displayName, description, is_active: z.boolean() })

export const createGroupRequest = fields
  .extend({ description: description.default(''), is_active: z.boolean().default(true) })
  .meta({ id: 'CreateGroupRequest' })
export type CreateGroupRequest = z.output<typeof createGroupRequest>
export const changeGroupRequest = changes(fields).meta({ id: 'ChangeGroupRequest' })
export type ChangeGroupRequest = z.output<typeof changeGroupRequest>

const group = z.object({
  id: z.uuid(),
  name: z.string(),
  description: z.string(),
  is_active: z.boolean(),
  created_at: time,
  updated_at: time,
})
export const groupSummary = group.meta({ id: 'GroupSummary' })
export type GroupSummary = z.output<typeof groupSummary>
export const groupAnswer = group
  .extend({ api_ids: z.array(z.uuid()), client_ids: z.array(z.uuid()) })
  .meta({ id: 'Group' })
export type GroupAnswer = z.output<typeof groupAnswer>

export const listGroupsQuery = listQuery(['name', 'created_at', 'updated_at'], {
  name: queryText.optional(),
  is_active: queryFlag.optional(),
})
export const groupList = listAnswer(groupSummary)

/** Exactly these, in place of the ones before. */
export const setGroupApisRequest = z.strictObject({ api_ids: idList }).meta({ id: 'SetGroupApisRequest' })
export const setGroupClientsRequest = z.strictObject({ client_ids: idList }).meta({ id: 'SetGroupClientsRequest' })

import { z } from 'zod'
import { changes, description, displayName, time } from './common.js'
import { listAnswer, listQuery, queryFlag, queryText } from './list-query.js'

const fields = z.strictObject({
  name: displayName,
  description,
  sort_order: z.number().int().min(-1_000_000).max(1_000_000),
  is_active: z.boolean(),
})

export const createModuleRequest = fields
  .extend({
    description: description.default(''),
    sort_order: fields.shape.sort_order.default(0),
    is_active: z.boolean().default(true),
  })
  .meta({ id: 'CreateModuleRequest' })
export type CreateModuleRequest = z.output<typeof createModuleRequest>
export const changeModuleRequest = changes(fields)
  .extend({
    confirm_shrink: z
      .boolean()
      .default(false)
      .describe('Needed when more than half of the published routes would vanish'),
  })
  .meta({ id: 'ChangeModuleRequest' })
export type ChangeModuleRequest = z.output<typeof changeModuleRequest>

export const moduleAnswer = z
  .object({
    id: z.uuid(),
    name: z.string(),
    description: z.string(),
    sort_order: z.number().int(),
    is_active: z.boolean(),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'Module' })
export type ModuleAnswer = z.output<typeof moduleAnswer>

export const listModulesQuery = listQuery(['sort_order', 'name', 'created_at', 'updated_at'], {
  name: queryText.optional(),
  is_active: queryFlag.optional(),
})
export const moduleList = listAnswer(moduleAnswer)

import { z } from 'zod'
import { commitMessage, createdVersionAnswer } from './api-versions.js'
import { changes, description, time } from './common.js'
import { listAnswer, listQuery, queryFlag, queryText } from './list-query.js'

const fields = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(128)
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must begin with a letter or _ and hold letters, digits and _ only'),
  description,
  macro_type: z
    .enum(['SQL', 'SCRIPT'])
    .describe('Fixed once it is made: SQL templates use the one kind, scripts the other'),
  module_id: z.uuid().nullable().describe('Null: for the APIs of every module'),
  content: z
    .string()
    .max(1_000_000)
    .describe(
      'SQL: one or more {% macro %} blocks. SCRIPT: functions, classes and constants; their names can be used in scripts',
    ),
  sort_order: z.number().int().min(-1_000_000).max(1_000_000),
})

export const createMacroRequest = fields
  .extend({
    description: description.default(''),
    macro_type: fields.shape.macro_type.default('SQL'),
    module_id: fields.shape.module_id.default(null),
    content: fields.shape.content.default(''),
    sort_order: fields.shape.sort_order.default(0),
  })
  .meta({ id: 'CreateMacroRequest' })
export type CreateMacroRequest = z.output<typeof createMacroRequest>
export const changeMacroRequest = changes(fields).meta({ id: 'ChangeMacroRequest' })
export type ChangeMacroRequest = z.output<typeof changeMacroRequest>

const summary = z.object({
  id: z.uuid(),
  name: z.string(),
  description: z.string(),
  macro_type: z.enum(['SQL', 'SCRIPT']),
  module_id: z.uuid().nullable(),
  sort_order: z.number().int(),
  is_published: z.boolean(),
  published_version_id: z.uuid().nullable(),
  published_at: time.nullable(),
  created_at: time,
  updated_at: time,
})
export const macroSummary = summary.meta({ id: 'MacroSummary' })
export type MacroSummary = z.output<typeof macroSummary>
export const macroAnswer = summary
  .extend({
    content: z.string(),
    used_by_apis_count: z.number().int().describe('APIs whose published version holds a version of it'),
  })
  .meta({ id: 'Macro' })
export type MacroAnswer = z.output<typeof macroAnswer>

export const listMacrosQuery = listQuery(['name', 'sort_order', 'created_at', 'updated_at'], {
  name: queryText.optional(),
  macro_type: z.enum(['SQL', 'SCRIPT']).optional(),
  module_id: z.uuid().optional(),
  is_published: queryFlag.optional(),
})
export const macroList = listAnswer(macroSummary)

const versionSummary = z.object({
  id: z.uuid(),
  version: z.number().int(),
  commit_message: z.string(),
  created_at: time,
  created_by_name: z.string(),
  is_published: z.boolean(),
})
export const macroVersionSummary = versionSummary.meta({ id: 'MacroVersionSummary' })
export type MacroVersionSummary = z.output<typeof macroVersionSummary>
export const macroVersionAnswer = versionSummary
  .extend({ macro_id: z.uuid(), content: z.string() })
  .meta({ id: 'MacroVersion' })
export const macroVersionList = listAnswer(macroVersionSummary)

export const publishMacroRequest = z
  .strictObject({
    version_id: z
      .uuid()
      .optional()
      .describe('Left out: takes a new version of the draft, if it differs from the newest, and publishes that'),
    commit_message: commitMessage.default(''),
  })
  .meta({ id: 'PublishMacroRequest' })
export const publishedMacroAnswer = createdVersionAnswer
  .extend({
    outdated_apis: z
      .array(z.string())
      .describe('Published APIs that hold an older version of it until they are published again'),
  })
  .meta({ id: 'PublishedMacro' })

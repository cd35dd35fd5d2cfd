import { z } from 'zod'
import { pagingDefinition } from '../params/paging-definition.js'
import { httpMethod, paramDefinition } from '../params/param-definition.js'
import { time } from './common.js'
import { listAnswer, listQuery } from './list-query.js'

export const commitMessage = z.string().trim().max(2000)
export const createVersionRequest = z
  .strictObject({ commit_message: commitMessage.default('') })
  .meta({ id: 'CreateVersionRequest' })
export const createdVersionAnswer = z.object({ id: z.uuid(), version: z.number().int() }).meta({ id: 'CreatedVersion' })

const versionSummary = z.object({
  id: z.uuid(),
  version: z.number().int(),
  commit_message: z.string(),
  created_at: time,
  created_by_name: z.string(),
  is_published: z.boolean(),
})
export const apiVersionSummary = versionSummary.meta({ id: 'ApiVersionSummary' })
export type ApiVersionSummary = z.output<typeof apiVersionSummary>

export const apiVersionAnswer = versionSummary
  .extend({
    api_id: z.uuid(),
    http_method: httpMethod,
    path: z.string(),
    execute_engine: z.enum(['SQL', 'SCRIPT']),
    datasource_id: z.uuid().nullable(),
    content: z.string(),
    params: z.array(paramDefinition),
    paging: pagingDefinition.nullable(),
    result_transform: z.string().nullable(),
    extra_datasource_ids: z.array(z.uuid()),
    script_headers: z.array(z.string()),
    macro_versions: z.record(z.string(), z.string()).describe('Macro id → macro version id'),
  })
  .meta({ id: 'ApiVersion' })
export type ApiVersionAnswer = z.output<typeof apiVersionAnswer>

export const listVersionsQuery = listQuery(['-version', 'version'], {})
export const apiVersionList = listAnswer(apiVersionSummary)

export const versionParams = z.strictObject({ id: z.uuid(), version_id: z.uuid() })
export const diffParams = z.strictObject({ id: z.uuid(), a: z.uuid(), b: z.uuid() })

const diffLine = z
  .object({
    kind: z.enum(['same', 'removed', 'added']),
    text: z.string(),
    left: z.number().int().optional().describe('Line in a, from 1'),
    right: z.number().int().optional().describe('Line in b, from 1'),
  })
  .meta({ id: 'DiffLine' })
export const versionDiffAnswer = z
  .object({
    a: apiVersionSummary,
    b: apiVersionSummary,
    content: z.array(diffLine),
    fields: z
      .array(z.object({ field: z.string(), a: z.unknown(), b: z.unknown() }).meta({ id: 'FieldChange' }))
      .describe('The other parts of the version that differ'),
  })
  .meta({ id: 'VersionDiff' })

/** How much of a template was tried on its data source. */
const proofAnswer = z
  .object({
    shapes: z.number().int().describe('Different statements that the template makes in the calls that were tried'),
    proved: z.number().int().describe('How many of them the data source has prepared'),
    covered: z.number().int().describe('Arms of conditions, and pairs of neighbouring ones, that the tried calls take'),
    total: z.number().int().describe('How many of these there are'),
    reason: z.string().optional().describe('Why the data source was not asked'),
  })
  .meta({ id: 'Proof' })

export const contentFault = z
  .object({
    message: z.string(),
    field: z.string().optional(),
    name: z.string().optional().describe('A parameter'),
    location: z.string().optional().describe('Where it is read from'),
    line: z.number().int().optional(),
    column: z.number().int().optional(),
  })
  .meta({ id: 'ContentFault' })

export const publishApiRequest = z
  .strictObject({
    version_id: z
      .uuid()
      .optional()
      .describe('Left out: takes a new version of the draft, if it differs from the newest, and publishes that'),
    commit_message: commitMessage.default(''),
  })
  .meta({ id: 'PublishApiRequest' })
export const rollbackApiRequest = z
  .strictObject({ version_id: z.uuid().optional().describe('Left out: what was published before') })
  .meta({ id: 'RollbackApiRequest' })

export const publishedAnswer = z
  .object({
    id: z.uuid(),
    version_id: z.uuid(),
    version: z.number().int(),
    revision: z.number().int().describe('Gateways that report this revision serve it'),
    proof: proofAnswer,
    warnings: z.array(contentFault),
  })
  .meta({ id: 'Published' })
export type PublishedAnswer = z.output<typeof publishedAnswer>

export const validateApiRequest = z
  .strictObject({
    api_id: z.uuid().optional().describe('An existing API that this would replace; its own route is no clash'),
    module_id: z.uuid().optional().describe('Whose macros may be used; left out: global ones only'),
    datasource_id: z.uuid().nullable().default(null).describe('Needed by engine SQL'),
    http_method: httpMethod.default('GET'),
    path: z.string().max(600).optional(),
    execute_engine: z.enum(['SQL', 'SCRIPT']).default('SQL'),
    content: z.string().max(10_000_000),
    params: z.array(paramDefinition).max(500).default([]),
    paging: pagingDefinition.nullable().default(null),
    result_transform: z.string().min(1).max(1_000_000).nullable().default(null),
    extra_datasource_ids: z.array(z.uuid()).max(20).default([]),
  })
  .refine(({ execute_engine, datasource_id }) => execute_engine === 'SCRIPT' || datasource_id !== null, {
    path: ['datasource_id'],
    message: 'is required with engine SQL',
  })
  .meta({ id: 'ValidateApiRequest' })
export const validatedAnswer = z
  .object({
    valid: z.boolean(),
    errors: z.array(contentFault),
    warnings: z.array(contentFault),
    parameters: z.array(z.string()).describe('Names that the template reads'),
    proof: proofAnswer,
    writes: z.boolean().nullable().describe('Null: could not be told'),
  })
  .meta({ id: 'Validated' })

export const debugApiRequest = z
  .strictObject({
    params: z
      .record(z.string(), z.unknown())
      .default({})
      .describe('By name, wherever a call carries them; with paging also page, page_size, cursor and total'),
    content: z.string().max(10_000_000).optional().describe('Left out: the content of the draft'),
    headers: z
      .record(z.string().max(100), z.string().max(10_000))
      .default({})
      .describe('Request headers that a script would see, as far as script_headers lists them'),
    commit: z.boolean().default(false).describe('True: what a writing API wrote stays; else it is rolled back'),
  })
  .meta({ id: 'DebugApiRequest' })
export const debugAnswer = z
  // With the keys that a transform adds.
  .looseObject({
    success: z.boolean(),
    message: z.string().nullable(),
    data: z.unknown(),
    code: z.string().optional(),
    errors: z.array(contentFault).optional(),
    truncated: z.boolean().optional(),
    debug: z.object({
      statements: z
        .array(
          z.object({
            sql: z.string(),
            binds: z.array(z.unknown()),
            datasource: z.string(),
            ms: z.number().nullable().describe('Null: it did not come to an end'),
          }),
        )
        .describe('In the order in which they were sent; at most 200'),
      params: z.record(z.string(), z.unknown()).describe('After conversion and defaults'),
      mode: z.enum(['read', 'write']),
      committed: z.boolean(),
      render_ms: z.number(),
      execute_ms: z.number().nullable(),
      database_message: z.string().optional().describe('What the data source said of a failure, or a script threw'),
      scripts: z
        .object({
          logs: z.array(z.object({ level: z.enum(['debug', 'info', 'warn', 'error']), message: z.string() })),
          http_calls: z.array(
            z.object({
              method: z.string(),
              url: z.string().describe('Of a connection the path behind its own'),
              connection: z.string().optional().describe('The named connection by which it went'),
              status: z.number().int().nullable(),
              ms: z.number(),
              message: z.string().optional().describe('Why there was no answer'),
            }),
          ),
          runs: z
            .array(
              z.object({
                roles: z.array(z.enum(['api', 'validator', 'transform'])),
                outcome: z.string(),
                queue_ms: z.number(),
                run_ms: z.number(),
                cpu_ms: z.number(),
                host_calls: z.number().int(),
              }),
            )
            .describe('Validators, the script and the transform, each in a run of its own'),
          fault: z
            .object({
              message: z.string(),
              file: z.string().optional().describe('The path of the API, `validator of …`, `transform` or `macro …`'),
              line: z.number().int().optional().describe('In the lines of its author'),
              column: z.number().int().optional(),
              stack: z.string(),
            })
            .optional()
            .describe('What a script threw, and where'),
        })
        .optional()
        .describe('Of APIs with scripts'),
    }),
  })
  .meta({ id: 'DebugResult' })
export type DebugAnswer = z.output<typeof debugAnswer>

import { z } from 'zod'
import { datasourceOptions, productType, sslSettings } from '../snapshot/entries.js'
import { changes, description, displayName, time } from './common.js'
import { listAnswer, listQuery, queryFlag, queryText } from './list-query.js'

const address = z.strictObject({
  product_type: productType,
  host: z.string().trim().min(1).max(255),
  port: z.number().int().min(1).max(65_535),
  database: z.string().min(1).max(255),
  username: z.string().min(1).max(255),
  password: z
    .string()
    .max(10_000)
    .nullable()
    .describe('Never returned. Null or empty: none. Left out of a change: as before'),
  ssl: sslSettings,
  options: datasourceOptions,
})
const fields = address.extend({ name: displayName, description, is_active: z.boolean() })

export const createDatasourceRequest = fields
  .extend({
    host: address.shape.host.optional().describe('Not needed for duckdb, which is files'),
    username: address.shape.username.optional().describe('Not needed for duckdb'),
    port: address.shape.port
      .optional()
      .describe(
        'Left out: 5432 for postgres, 3306 for mysql, 8443 for trino over TLS and 8080 without; duckdb has none',
      ),
    password: address.shape.password.optional(),
    ssl: address.shape.ssl.prefault({}),
    options: address.shape.options.default({}),
    description: description.default(''),
    is_active: z.boolean().default(true),
  })
  .meta({ id: 'CreateDatasourceRequest' })
export type CreateDatasourceRequest = z.output<typeof createDatasourceRequest>

export const changeDatasourceRequest = changes(fields.omit({ product_type: true })).meta({
  id: 'ChangeDatasourceRequest',
})
export type ChangeDatasourceRequest = z.output<typeof changeDatasourceRequest>

export const testDatasourceRequest = createDatasourceRequest
  .omit({ name: true, description: true, is_active: true })
  .meta({ id: 'TestDatasourceRequest' })
export type TestDatasourceRequest = z.output<typeof testDatasourceRequest>

export const datasourceAnswer = z
  .object({
    id: z.uuid(),
    name: z.string(),
    description: z.string(),
    product_type: productType,
    host: z.string(),
    port: z.number().int(),
    database: z.string(),
    username: z.string(),
    has_password: z.boolean(),
    ssl: sslSettings,
    options: datasourceOptions,
    is_active: z.boolean(),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'Datasource' })
export type DatasourceAnswer = z.output<typeof datasourceAnswer>

export const listDatasourcesQuery = listQuery(['name', 'product_type', 'host', 'created_at', 'updated_at'], {
  name: queryText.optional(),
  product_type: productType.optional(),
  is_active: queryFlag.optional(),
})
export const datasourceList = listAnswer(datasourceAnswer)

export const datasourceTestAnswer = z
  .object({
    success: z.boolean(),
    message: z.string(),
    latency_ms: z.number().nullable(),
    server_version: z.string().nullable(),
  })
  .meta({ id: 'DatasourceTest' })
export type DatasourceTestAnswer = z.output<typeof datasourceTestAnswer>

export const datasourceSchemaAnswer = z
  .object({
    tables: z.array(
      z.object({
        schema: z.string(),
        name: z.string(),
        kind: z.enum(['table', 'view', 'materialized view', 'foreign table']),
        columns: z.array(z.object({ name: z.string(), type: z.string(), nullable: z.boolean() })),
      }),
    ),
    truncated: z.boolean().describe('There are more tables than are shown'),
  })
  .meta({ id: 'DatasourceSchema' })

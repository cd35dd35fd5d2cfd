import { randomBytes } from 'node:crypto'
import { paramDefinition } from '@penstock/contracts'
import type { Inspector } from '@penstock/datasource'
import { openPostgresInspector } from '@penstock/datasource-postgres'
import { compileScripts, examineContent, proveContent } from '@penstock/publishing'
import { postgresServer } from '@penstock/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoRole } from '../database/demo-schema.js'
import { prepareDemoDatabase } from '../database/prepare-database.js'
import { DEMO_APIS } from './demo-apis.js'
import { DEMO_MACROS } from './macros.js'

const database = `demo_${randomBytes(6).toString('hex')}`
let inspector: Inspector

beforeAll(async () => {
  const serverUrl = (await postgresServer()).url
  const rolePassword = randomBytes(12).toString('hex')
  await prepareDemoDatabase({ serverUrl, ssl: false, database, rolePassword })
  inspector = openPostgresInspector({
    host: new URL(serverUrl).hostname,
    port: Number(new URL(serverUrl).port),
    database,
    username: demoRole(database),
    password: rolePassword,
    ssl: { mode: 'disable' },
    poolSize: 1,
    connectTimeoutMs: 5000,
    searchPath: [],
    transactionPooler: false,
    closeAfterExecute: false,
  })
})
afterAll(async () => {
  await inspector.close()
  const client = new pg.Client({ connectionString: (await postgresServer()).url })
  await client.connect()
  await client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
  await client.query(`DROP ROLE IF EXISTS ${demoRole(database)}`)
  await client.end()
})

const macrosOf = (type: 'SQL' | 'SCRIPT') =>
  DEMO_MACROS.filter(({ macro_type = 'SQL' }) => macro_type === type).map(({ name, content }) => ({
    macroId: name,
    versionId: name,
    name,
    content,
  }))

describe('the demo’s APIs', () => {
  it.each(DEMO_APIS.filter(({ execute_engine }) => execute_engine !== 'SCRIPT').map((api) => [api.name, api] as const))(
    '%s would be published without a fault or a warning, every statement prepared with the rights of its role',
    async (_name, api) => {
      const { program, errors, warnings } = examineContent({
        method: api.http_method,
        path: api.path,
        content: api.content,
        params: paramDefinition.array().parse(api.params),
        engine: 'SQL',
        dialect: 'postgres',
        macros: macrosOf('SQL'),
        unpublishedMacros: [],
        lengthMax: 10_000,
      })
      expect({ errors, warnings }).toEqual({ errors: [], warnings: [] })
      if (program === undefined) throw new Error('no program although there was no fault')
      const proof = await proveContent({
        program,
        content: api.content,
        method: api.http_method,
        prepare: (texts) => inspector.prepare(texts, AbortSignal.timeout(10_000)),
      })
      expect(proof.errors).toEqual([])
      expect(proof.counts.proved).toBe(proof.counts.shapes)
      expect(proof.writes).toBe(api.content.startsWith('INSERT'))
    },
  )

  it.each(DEMO_APIS.filter(({ execute_engine }) => execute_engine === 'SCRIPT').map((api) => [api.name, api] as const))(
    '%s would be published without a fault: its scripts compile, with the macros that they use',
    async (_name, api) => {
      const { errors, scripts, usedMacros } = compileScripts({
        main: api.content,
        path: api.path,
        params: paramDefinition.array().parse(api.params),
        transform: api.result_transform ?? null,
        macros: macrosOf('SCRIPT'),
        unpublished: [],
      })
      expect(errors).toEqual([])
      expect(scripts).toHaveLength(
        1 +
          api.params.filter(({ validation_script }) => validation_script !== undefined).length +
          (api.result_transform ? 1 : 0),
      )
      expect(usedMacros.map(({ name }) => name)).toEqual(
        api.content.includes('greatCircleMiles') ? ['great_circle'] : [],
      )
    },
  )
})

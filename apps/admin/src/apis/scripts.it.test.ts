import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { snapshotEntry, type ApiEntry } from '@penstock/contracts'
import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAdmin, type AdminUnderTest, type Answer } from '../testing/admin-under-test.js'
import { apiOf, makeCatalogue, type Catalogue } from '../testing/catalogue.js'

let fresh: FreshDatabase
let packages: string
let admin: AdminUnderTest
let catalogue: Catalogue
type Body = Record<string, any> // eslint-disable-line @typescript-eslint/no-explicit-any -- answers are looked into member by member
const bodyOf = ({ body }: Answer): Body => body as Body

beforeAll(async () => {
  fresh = await freshDatabase()
  packages = mkdtempSync(join(tmpdir(), 'penstock-packages-'))
  const listed = join(packages, 'node_modules', 'listed')
  mkdirSync(listed, { recursive: true })
  writeFileSync(join(listed, 'package.json'), '{"name":"listed","type":"module","exports":"./index.js"}')
  writeFileSync(join(listed, 'index.js'), 'export const twice = (n) => n * 2')
  admin = await startAdmin(fresh.url, { SCRIPT_EXTRA_MODULES: 'listed', SCRIPT_MODULES_DIR: packages })
  catalogue = await makeCatalogue(admin)
})
afterAll(async () => {
  await admin.close()
  await fresh.drop()
  rmSync(packages, { recursive: true })
})

const ECHO = 'export default async (req) => req.params'
const SCRIPT = { execute_engine: 'SCRIPT', content: ECHO, datasource_id: null }

async function create(own: Record<string, unknown> = {}): Promise<Body> {
  const answer = await admin.post('apis', apiOf(catalogue, { ...SCRIPT, ...own }))
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return bodyOf(answer)
}
async function done(answer: Promise<Answer>): Promise<Body> {
  const { status, body } = await answer
  expect([200, 201], JSON.stringify(body)).toContain(status)
  return body as Body
}
/** What gateways are given of the API. */
async function served(id: string): Promise<ApiEntry | undefined> {
  const [row]: Body[] = await admin.process.ports.database.read((tx) =>
    tx.query('SELECT body FROM snapshot_entries JOIN snapshot_bodies USING (hash) WHERE key = $1', [`api:${id}`]),
  )
  const entry = row === undefined ? undefined : snapshotEntry.parse(JSON.parse(row['body']))
  return entry?.kind === 'api' ? entry : undefined
}
const secondSource = async (): Promise<string> => (await makeCatalogue(admin)).datasourceId

describe('publishing a script', () => {
  it('serves JavaScript in its author’s lines and columns, without a data source when it needs none', async () => {
    const { id } = await create({ content: 'export default async (req: Penstock.Request) => req.params as object' })
    const published = await done(admin.post(`apis/${id}/publish`, {}))
    expect(published['proof']).toMatchObject({ shapes: 0, proved: 0 })
    const entry = await served(id)
    expect(entry).toMatchObject({ engine: 'SCRIPT', datasource_id: null, scripts: { limits: {}, validators: [] } })
    expect(entry).not.toHaveProperty('sql')
    expect(entry?.scripts?.main?.file.source).toBe(
      'export default async (req                  ) => req.params          ',
    )
  })

  it('serves validators and transform of both engines, without their authors’ text in the parameters', async () => {
    const own = {
      params: [
        {
          name: 'iban',
          validation_script: 'function validate(value: string) { return value.length > 4 }',
          message_when_fail: 'is no IBAN',
        },
      ],
      result_transform: 'function transform(result) { return { data: result, total: result.length } }',
    }
    for (const engine of [
      SCRIPT,
      { execute_engine: 'SQL', content: 'SELECT {{ iban }} AS iban', datasource_id: catalogue.datasourceId },
    ]) {
      const { id } = await create({ ...own, ...engine })
      await done(admin.post(`apis/${id}/publish`, {}))
      const entry = await served(id)
      expect(entry?.scripts?.validators).toMatchObject([{ param: 'iban', message: 'is no IBAN' }])
      expect(entry?.scripts?.transform?.file.source).toContain('total')
      expect(entry?.params).toEqual([{ name: 'iban', location: 'query', data_type: 'string', required: false }])
    }
  })

  it('lets scripts import the packages that the operator listed', async () => {
    const { id } = await create({ content: "import { twice } from 'listed'\nexport default () => twice(1)" })
    await done(admin.post(`apis/${id}/publish`, {}))
  })

  it('leaves the entry of an API without scripts as it was', async () => {
    const { id } = await create({
      execute_engine: 'SQL',
      content: 'SELECT 1 AS one',
      datasource_id: catalogue.datasourceId,
    })
    await done(admin.post(`apis/${id}/publish`, {}))
    expect(await served(id)).not.toHaveProperty('scripts')
  })

  it.each<[string, Record<string, unknown>, object]>([
    ['syntax', { content: 'export default () => {\n  return 1 +\n}' }, { field: 'content', line: 3, column: 1 }],
    [
      'a module that is not listed',
      { content: "import _ from 'left-pad'\nexport default () => _" },
      { field: 'content', message: "Module 'left-pad' is not allowed: add it to SCRIPT_EXTRA_MODULES" },
    ],
    ['no way in', { content: 'const a = 1' }, { field: 'content' }],
    [
      'a validator without validate',
      { params: [{ name: 'a', validation_script: 'const a = 1' }] },
      { field: 'params[0].validation_script' },
    ],
    [
      'a transform that does not parse',
      { result_transform: 'function transform(' },
      { field: 'result_transform', line: 1 },
    ],
  ])('names what is wrong and where: %s', async (_what, own, fault) => {
    const { id } = await create(own)
    for (const verb of ['publish', 'versions']) {
      const answer = await admin.post(`apis/${id}/${verb}`, {})
      expect(answer.status).toBe(422)
      expect(bodyOf(answer)).toMatchObject({ code: 'CONTENT_INVALID', errors: [fault] })
    }
    const validated = await done(admin.post('apis/validate', { execute_engine: 'SCRIPT', content: ECHO, ...own }))
    expect(validated).toMatchObject({ valid: false, errors: [fault] })
  })

  it('holds texts, further data sources and headers in the version, and leaves budgets live', async () => {
    const extra = await secondSource()
    const { id } = await create({ extra_datasource_ids: [extra], script_headers: ['X-Tenant'] })
    await done(admin.post(`apis/${id}/publish`, {}))
    await done(
      admin.patch(`apis/${id}`, {
        extra_datasource_ids: [],
        script_headers: [],
        result_transform: 'result = []',
        script_limits: { exec_timeout_ms: 500 },
      }),
    )
    expect((await served(id))?.scripts).toMatchObject({
      limits: { exec_timeout_ms: 500 },
      extra_datasource_ids: [extra],
      request_headers: ['x-tenant'],
    })
    const { version_id: second } = await done(admin.post(`apis/${id}/publish`, {}))
    expect((await served(id))?.scripts).toMatchObject({ extra_datasource_ids: [], request_headers: [] })
    const versions = bodyOf(await admin.get(`apis/${id}/versions`))['data']
    const diff = await done(admin.get(`apis/${id}/versions/${versions[1].id}/diff/${second}`))
    expect(diff['fields'].map(({ field }: Body) => field)).toEqual([
      'result_transform',
      'extra_datasource_ids',
      'script_headers',
    ])
    await done(admin.post(`apis/${id}/rollback`, {}))
    expect((await served(id))?.scripts).toMatchObject({
      limits: { exec_timeout_ms: 500 },
      extra_datasource_ids: [extra],
    })
    expect((await served(id))?.scripts).not.toHaveProperty('transform')
  })

  it('keeps a data source that a draft or a published script was granted, and names the API', async () => {
    const extra = await secondSource()
    const { id, path } = await create({ extra_datasource_ids: [extra] })
    await done(admin.post(`apis/${id}/publish`, {}))
    await done(admin.patch(`apis/${id}`, { extra_datasource_ids: [] }))
    const refused = await admin.delete(`datasources/${extra}`)
    expect(refused.status).toBe(409)
    expect(bodyOf(refused)['message']).toContain(`API GET /${path}`)
    await done(admin.post(`apis/${id}/publish`, {}))
    expect((await admin.delete(`datasources/${extra}`)).status).toBe(204)
    const back = await admin.post(`apis/${id}/rollback`, {})
    expect([back.status, bodyOf(back)['errors'][0].field]).toEqual([422, 'extra_datasource_ids'])
  })

  it('refuses data sources that do not exist, and an API of SQL without one', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000'
    const missing = await admin.post('apis', apiOf(catalogue, { ...SCRIPT, extra_datasource_ids: [unknown] }))
    expect([missing.status, bodyOf(missing)['errors'][0].field]).toEqual([422, 'extra_datasource_ids'])
    const none = await admin.post('apis', apiOf(catalogue, { datasource_id: null }))
    expect(bodyOf(none)['errors']).toEqual([{ field: 'datasource_id', message: 'is required with engine SQL' }])
    const { id } = await create()
    const changed = await admin.patch(`apis/${id}`, { execute_engine: 'SQL' })
    expect([changed.status, bodyOf(changed)['errors'][0].field]).toEqual([422, 'datasource_id'])
  })

  it('asks for the right to execute on every data source that the script reaches', async () => {
    const viewer = await admin.as('Viewer')
    const { id } = await create()
    expect((await viewer.patch(`apis/${id}`, { extra_datasource_ids: [catalogue.datasourceId] })).status).toBe(403)
  })
})

describe('the types of scripts', () => {
  it('are given to every editor, without signing in, under both prefixes', async () => {
    for (const prefix of ['/api/v1', '/api']) {
      const answer = await admin.with(undefined).get(`${prefix}/script-types`)
      expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8'])
      expect(answer.body).toContain('declare namespace Penstock')
    }
  })
})

describe('script macros', () => {
  const macro = async (name: string, content: string, own: object = {}): Promise<string> =>
    (await done(admin.post('macros', { name, macro_type: 'SCRIPT', module_id: catalogue.moduleId, content, ...own })))[
      'id'
    ]
  const macrosServed = async (id: string) => (await served(id))?.scripts?.main?.macros.map(({ name }) => name)

  it('are added to what uses their names, and to nothing else', async () => {
    const money = await macro('money', 'function toCents(amount: number): number { return Math.round(amount * 100) }')
    await done(admin.post(`macros/${money}/publish`, {}))
    const user = await create({ content: 'export default (req) => toCents(req.params.amount)' })
    const other = await create({ content: 'export default () => "toCents"' })
    for (const { id } of [user, other]) await done(admin.post(`apis/${id}/publish`, {}))
    expect(await macrosServed(user['id'])).toEqual(['macro money'])
    expect(await macrosServed(other['id'])).toEqual([])
    expect(bodyOf(await admin.get(`macros/${money}`))['used_by_apis_count']).toBe(1)
    expect((await admin.delete(`macros/${money}`)).status).toBe(409)
  })

  it('stay in published APIs as they were, until these are published again', async () => {
    const rate = await macro('rate', 'const RATE = 1')
    await done(admin.post(`macros/${rate}/publish`, {}))
    const { id } = await create({ content: 'export default () => RATE' })
    await done(admin.post(`apis/${id}/publish`, {}))
    await done(admin.patch(`macros/${rate}`, { content: 'const RATE = 2' }))
    const { outdated_apis: outdated } = await done(admin.post(`macros/${rate}/publish`, {}))
    expect(outdated).toHaveLength(1)
    expect((await served(id))?.scripts?.main?.macros[0]?.source).toBe('const RATE = 1')
    await done(admin.post(`apis/${id}/publish`, {}))
    expect((await served(id))?.scripts?.main?.macros[0]?.source).toBe('const RATE = 2')
    await done(admin.post(`apis/${id}/rollback`, {}))
    expect((await served(id))?.scripts?.main?.macros[0]?.source).toBe('const RATE = 1')
  })

  it('are named when they are not published', async () => {
    await macro('shipping', 'const shippingCosts = () => 5')
    const { id } = await create({ content: 'export default () => shippingCosts()' })
    const refused = await admin.post(`apis/${id}/publish`, {})
    expect(bodyOf(refused)['errors']).toEqual([
      { field: 'content', message: 'The macro shipping must be published before it can be used' },
    ])
  })

  it.each([
    ['function f( {', /./],
    ['1 + 1', /declares at least one function/],
    ["import a from 'b'\nconst c = a", /./],
  ])('are refused when scripts could not use them: %j', async (content, message) => {
    const id = await macro(`m${content.length}`, content)
    const refused = await admin.post(`macros/${id}/publish`, {})
    expect([refused.status, bodyOf(refused)['code']]).toEqual([422, 'CONTENT_INVALID'])
    expect(bodyOf(refused)['errors'][0].message).toMatch(message)
  })

  it('are another kind than those of templates: a name can be both, and the kind does not change', async () => {
    const script = await macro('both', 'const both = 1')
    await done(admin.post(`macros/${script}/publish`, {}))
    const sql = await macro('both', '{% macro both() %}2{% endmacro %}', { macro_type: 'SQL' })
    await done(admin.post(`macros/${sql}/publish`, {}))
    const { id } = await create({
      execute_engine: 'SQL',
      content: 'SELECT {{ both() }} AS b',
      datasource_id: catalogue.datasourceId,
    })
    await done(admin.post(`apis/${id}/publish`, {}))
    expect(await served(id)).not.toHaveProperty('scripts')
    expect((await admin.patch(`macros/${script}`, { macro_type: 'SQL' })).status).toBe(422)
  })
})

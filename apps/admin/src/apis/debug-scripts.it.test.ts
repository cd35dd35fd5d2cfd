import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAdmin, type AdminUnderTest, type Answer } from '../testing/admin-under-test.js'
import { apiOf, makeCatalogue, type Catalogue } from '../testing/catalogue.js'

let fresh: FreshDatabase
let partner: Server
let partnerHost: string
let admin: AdminUnderTest
let catalogue: Catalogue
type Body = Record<string, any> // eslint-disable-line @typescript-eslint/no-explicit-any -- answers are looked into member by member
const bodyOf = ({ body }: Answer): Body => body as Body

beforeAll(async () => {
  fresh = await freshDatabase()
  partner = createServer(({ headers }, response) => response.end(JSON.stringify({ rate: 7, key: headers['x-key'] })))
  await new Promise<void>((resolve) => partner.listen(0, '127.0.0.1', resolve))
  partnerHost = `127.0.0.1:${(partner.address() as AddressInfo).port}`
  admin = await startAdmin(fresh.url, {
    SCRIPT_HTTP_ALLOWED_HOSTS: partnerHost,
    SCRIPT_HTTP_CONNECTIONS: JSON.stringify({
      rates: {
        url: `http://${partnerHost}/v1`,
        headers: { 'x-key': 'key-of-partner' },
        modules: ['Rates'],
        internal: true,
      },
    }),
  })
  catalogue = await makeCatalogue(admin)
})
afterAll(async () => {
  await admin.close()
  await fresh.drop()
  await new Promise((resolve) => partner.close(resolve))
})

async function draft(own: Record<string, unknown>): Promise<string> {
  const answer = await admin.post('apis', apiOf(catalogue, { execute_engine: 'SCRIPT', http_method: 'POST', ...own }))
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return bodyOf(answer)['id']
}
async function debug(own: Record<string, unknown>, request: object = {}): Promise<Body> {
  const answer = await admin.post(`apis/${await draft(own)}/debug`, request)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return bodyOf(answer)
}
const notes = async (): Promise<string[]> => {
  const rows: { text: string }[] = await admin.process.ports.database.read((tx) =>
    tx.query('SELECT text FROM notes ORDER BY id'),
  )
  return rows.map(({ text }) => text)
}
const WRITE = `export default async (req, { db, log }) => {
  log.info('writing', { text: req.params.text })
  return db.query('INSERT INTO notes (text) VALUES (:text) RETURNING text', req.params)
}`
const TEXT = [{ name: 'text', location: 'body', required: true }]

describe('debug of a script', () => {
  it('shows the answer, statements with binds and times, lines, and what the run cost', async () => {
    const body = await debug({ content: WRITE, params: TEXT }, { params: { text: "it's" } })
    expect(body).toMatchObject({ success: true, data: [{ text: "it's" }] })
    expect(body['debug']).toMatchObject({
      mode: 'write',
      committed: false,
      params: { text: "it's" },
      statements: [
        { sql: 'INSERT INTO notes (text) VALUES ($1) RETURNING text', binds: ["it's"], ms: expect.any(Number) },
      ],
      scripts: {
        logs: [{ level: 'info', message: 'writing {"text":"it\'s"}' }],
        http_calls: [],
        runs: [{ roles: ['api'], outcome: 'done', run_ms: expect.any(Number), host_calls: expect.any(Number) }],
      },
    })
  })

  it('leaves nothing behind unless commit is said', async () => {
    const request = { params: { text: 'stays' } }
    expect((await debug({ content: WRITE, params: TEXT }, request))['data']).toHaveLength(1)
    expect(await notes()).toEqual([])
    const kept = await debug({ content: WRITE, params: TEXT }, { ...request, commit: true })
    expect(kept['debug']).toMatchObject({ mode: 'write', committed: true })
    expect(await notes()).toEqual(['stays'])
  })

  it('lets the script read what it wrote, in transactions and beside them, and undoes all of it at the end', async () => {
    const content = `export default async (_req, { db }) => {
  await db.execute("INSERT INTO notes (text) VALUES ('one')")
  await db.tx((t) => t.execute("INSERT INTO notes (text) VALUES ('two')"))
  return db.query("SELECT text FROM notes WHERE text IN ('one', 'two') ORDER BY text")
}`
    const before = await notes()
    expect((await debug({ content }))['data']).toEqual([{ text: 'one' }, { text: 'two' }])
    expect(await notes()).toEqual(before)
    expect((await debug({ content }, { commit: true }))['data']).toHaveLength(2)
    expect(await notes()).toEqual([...before, 'one', 'two'])
  })

  it('says what was thrown and where, in the lines of its author', async () => {
    const content =
      'interface A { b: string }\n\nexport default (req: A) => {\n  const x: any = null\n  return x.length\n}'
    const body = await debug({ content, path: 'some/broken' })
    expect(body).toMatchObject({ success: false, code: 'SCRIPT_FAILED', data: [] })
    expect(body['debug'].scripts.fault).toMatchObject({
      message: expect.stringContaining('TypeError'),
      file: 'script',
      line: 5,
      column: expect.any(Number),
    })
  })

  it('answers an expected failure as its author wrote it, and a fault of parameters by name', async () => {
    const own = {
      content: "export default () => { throw new ApiError(409, 'too late', 'TOO_LATE') }",
      params: [
        {
          name: 'n',
          data_type: 'integer',
          validation_script: 'const validate = (n) => n > 0',
          message_when_fail: 'is too small',
        },
      ],
    }
    expect(await debug(own)).toMatchObject({ success: false, message: 'too late', code: 'TOO_LATE' })
    expect(await debug(own, { params: { n: 0 } })).toMatchObject({
      code: 'PARAM_INVALID',
      errors: [{ name: 'n', location: 'query', message: 'is too small' }],
      debug: { scripts: { runs: [{ roles: ['validator'] }] } },
    })
  })

  it('shows a statement that the database refused, and goes on as the script does', async () => {
    const content = `export default async ({ }, { db }) => {
  try { await db.query('SELECT nothing FROM nowhere') } catch (error) { log.warn(error.message) }
  return db.queryOne('SELECT 1 AS one')
}`
    const body = await debug({ content })
    expect(body).toMatchObject({ success: true, data: [{ one: 1 }] })
    expect(body['debug'].statements.map(({ ms }: Body) => ms)).toEqual([null, expect.any(Number)])
    expect(body['debug'].scripts.logs[0].level).toBe('warn')
  })

  it('gives the headers that the version lists, and tries a content that is not saved', async () => {
    const id = await draft({ content: 'result = 1', script_headers: ['x-tenant'] })
    const answer = await admin.post(`apis/${id}/debug`, {
      content: 'export default (req) => req.headers',
      headers: { 'X-Tenant': 'a', 'X-Other': 'b' },
    })
    expect(bodyOf(answer)['data']).toEqual([{ 'x-tenant': 'a' }])
  })

  it('shows the HTTP calls that were made and those that were not allowed', async () => {
    const content = `export default async (_req, { http }) => {
  const { json } = await http.get('http://${partnerHost}/rates')
  try { await http.get('http://127.0.0.1:1/') } catch (error) { return [json, error.message] }
}`
    const body = await debug({ content })
    expect(body['data']).toEqual([{ rate: 7 }, expect.stringContaining('127.0.0.1:1')])
    expect(body['debug'].scripts.http_calls).toMatchObject([
      { method: 'GET', url: `http://${partnerHost}/rates`, status: 200, ms: expect.any(Number) },
      { method: 'GET', url: 'http://127.0.0.1:1/', status: null, message: expect.any(String) },
    ])
  })

  it('goes by the connections of the module, and shows nothing of what they send', async () => {
    const own = { content: `export default async () => (await http.connection('rates').get('/eur')).json` }
    const refused = await debug(own)
    expect(refused['debug'].scripts.http_calls).toMatchObject([{ connection: 'rates', url: '/eur', status: null }])
    expect((await admin.patch(`modules/${catalogue.moduleId}`, { name: 'Rates' })).status).toBe(200)
    const body = await debug(own)
    expect(body['data']).toEqual([{ rate: 7, key: '[hidden]' }])
    expect(body['debug'].scripts.http_calls).toMatchObject([{ connection: 'rates', url: '/eur', status: 200 }])
    expect(JSON.stringify([refused, body])).not.toContain('key-of-partner')
  })

  it('refuses a script that does not compile, with line and column', async () => {
    const answer = await admin.post(`apis/${await draft({ content: 'result = 1 +' })}/debug`, {})
    expect([answer.status, bodyOf(answer)['errors']]).toEqual([
      422,
      [expect.objectContaining({ field: 'content', line: 1 })],
    ])
  })

  it('ends a script that does not', async () => {
    const body = await debug({ content: 'export default () => { for (;;); }', script_limits: { exec_timeout_ms: 300 } })
    expect(body).toMatchObject({ success: false, code: 'SCRIPT_TIMEOUT' })
  })

  it('runs validators and the transform of a template, too', async () => {
    const own = {
      execute_engine: 'SQL',
      http_method: 'GET',
      content: 'SELECT id FROM flights WHERE id <= {{ n }} ORDER BY id',
      params: [
        {
          name: 'n',
          data_type: 'integer',
          required: true,
          validation_script: 'const validate = (n) => n < 3 || "is too big"',
        },
      ],
      result_transform: 'const transform = (result) => ({ ...result, total: result.data.length })',
    }
    const body = await debug(own, { params: { n: 2 } })
    expect(body).toMatchObject({ success: true, data: [{ id: 1 }, { id: 2 }], total: 2 })
    expect(body['debug'].scripts.runs.map(({ roles }: Body) => roles)).toEqual([['validator'], ['transform']])
    expect(await debug(own, { params: { n: 3 } })).toMatchObject({
      code: 'PARAM_INVALID',
      errors: [{ message: 'is too big' }],
    })
  })

  it('is in the audit log with what it sent', async () => {
    await debug({ content: "export default () => db.query('SELECT 42 AS audited')" })
    const { data } = bodyOf(await admin.get('audit-log?page_size=1'))
    expect(data[0]).toMatchObject({ action: 'api.debug', after: { statements: ['SELECT 42 AS audited'] } })
  })
})

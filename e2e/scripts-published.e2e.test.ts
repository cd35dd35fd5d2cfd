// Scripts from their author's draft to a call and back: faults with line and column, versions, validators, transforms, macros, debug.
import { waitUntil } from '@penstock/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AdminClient } from './harness/admin-client.js'
import { createApi, flights, publishedApi, type Flights } from './harness/flights.js'
import { call, type Answer } from './harness/http.js'
import { startSystem, type System } from './harness/start-system.js'

let system: System
let admin: AdminClient
let place: Flights
let gatewayUrl: string

beforeAll(async () => {
  system = await startSystem()
  gatewayUrl = system.gateways[0]?.url ?? ''
  admin = await system.signIn()
  place = await flights(admin)
})
afterAll(async () => {
  await system.stop()
  await place.drop()
})

const script = (own: Record<string, unknown>) => ({ execute_engine: 'SCRIPT', name: String(own['path']), ...own })
const get = (path: string) => call('GET', `${gatewayUrl}/api/${path}`)
/** The first answer that holds; the gateway follows a publish within a second. */
async function soon(path: string, holds: (answer: Answer) => boolean): Promise<Answer> {
  let answer = await get(path)
  const hold = async (): Promise<boolean> => holds((answer = await get(path)))
  await waitUntil(hold, { withinMs: 3000, what: `${path} answering as it should: ${JSON.stringify(answer.body)}` })
  return answer
}
const TYPED = `interface Flight { id: number; delay: number | null }

export default async function (req: Penstock.Request<{ origin: string }>, { db }: Penstock.Context) {
  const rows = await db.query<Flight>('SELECT id, delay FROM flights WHERE origin = :origin ORDER BY id', req.params)
  return rows.map(({ id, delay }) => ({ id, late: (delay ?? 0) > 0 }))
}`

it('goes from a fault with its line and column over publish, change and rollback to the answer of before', async () => {
  const origin = { name: 'origin', required: true }
  const id = await createApi(admin, place, script({ path: 'late', content: `${TYPED}\nconst x = ;`, params: [origin] }))
  const refused = await admin.post(`apis/${id}/publish`, {})
  expect([refused.status, refused.body.errors]).toEqual([
    422,
    [{ field: 'content', message: 'Expression expected', line: 7, column: 11 }],
  ])
  const validated = await admin.post('apis/validate', { execute_engine: 'SCRIPT', content: "import 'fs'\nresult = 1" })
  expect(validated.body).toMatchObject({
    valid: false,
    errors: [{ field: 'content', message: "Module 'fs' is not allowed: add it to SCRIPT_EXTRA_MODULES" }],
  })

  await admin.patch(`apis/${id}`, { content: TYPED })
  await admin.create(`apis/${id}/publish`, { commit_message: 'first' })
  const first = await soon('late?origin=SEA', ({ status }) => status === 200)
  expect(first.body).toEqual({
    success: true,
    message: null,
    data: [
      { id: 1, late: true },
      { id: 2, late: false },
    ],
  })

  await admin.patch(`apis/${id}`, { content: 'function execute({ origin }) { return { data: [origin], version: 2 } }' })
  expect((await get('late?origin=SEA')).body).toEqual(first.body)
  await admin.create(`apis/${id}/publish`, { commit_message: 'second' })
  const second = await soon('late?origin=SEA', ({ body }) => body.version === 2)
  expect(second.body).toMatchObject({ success: true, data: ['SEA'] })
  const versions = (await admin.get(`apis/${id}/versions`)).body.data
  const diff = await admin.get(`apis/${id}/versions/${versions[1].id}/diff/${versions[0].id}`)
  expect(diff.body.content.filter(({ kind }: { kind: string }) => kind === 'added')).toHaveLength(1)

  await admin.create(`apis/${id}/rollback`, {})
  expect((await soon('late?origin=SEA', ({ body }) => body.version === undefined)).body).toEqual(first.body)
})

it('refuses what a validator refuses, in the author’s words, and adds what a transform adds, for both engines', async () => {
  const own = {
    params: [
      { name: 'from', data_type: 'integer', required: true },
      {
        name: 'to',
        data_type: 'integer',
        required: true,
        validation_script: 'function validate(value, { from }) { return value >= from || `is before ${from}` }',
      },
      {
        name: 'colour',
        default_value: 'red',
        validation_script: "const validate = (value: string) => ['red', 'blue'].includes(value)",
        message_when_fail: 'is no colour of ours',
      },
    ],
    result_transform:
      'function transform(result, params) { return { ...result, count: result.data.length, colour: params.colour } }',
  }
  await publishedApi(admin, place, {
    ...own,
    name: 'range by template',
    path: 'range/sql',
    content:
      'SELECT id FROM flights WHERE id BETWEEN {{ from }} AND {{ to }} AND {{ colour }} <> {{ colour }} || id ORDER BY id',
  })
  await publishedApi(
    admin,
    place,
    script({
      ...own,
      path: 'range/script',
      content: `export default ({ params }, { db }) => db.query('SELECT id FROM flights WHERE id BETWEEN $1 AND $2 ORDER BY id', [params.from, params.to])`,
    }),
  )
  for (const path of ['range/sql', 'range/script']) {
    const { body } = await soon(`${path}?from=2&to=3`, ({ status }) => status === 200)
    expect(body).toEqual({ success: true, message: null, data: [{ id: 2 }, { id: 3 }], count: 2, colour: 'red' })
    const refused = await get(`${path}?from=3&to=2&colour=green`)
    expect([refused.status, refused.body.code]).toEqual([400, 'PARAM_INVALID'])
    expect(refused.body.errors).toEqual([
      { name: 'to', location: 'query', message: 'is before 3' },
      { name: 'colour', location: 'query', message: 'is no colour of ours' },
    ])
  }
})

it('takes a macro with the version that used it, and a new one with the next', async () => {
  const macro = await admin.create('macros', {
    name: 'greeting',
    macro_type: 'SCRIPT',
    content: 'const GREETING: string = "hello"\nfunction greet(name: string) { return `${GREETING} ${name}` }',
  })
  const id = await createApi(admin, place, script({ path: 'greet', content: 'export default () => greet("you")' }))
  expect((await admin.post(`apis/${id}/publish`, {})).body.errors).toEqual([
    { field: 'content', message: 'The macro greeting must be published before it can be used' },
  ])
  await admin.create(`macros/${macro.id}/publish`, {})
  await admin.create(`apis/${id}/publish`, {})
  await soon('greet', ({ body }) => body.data?.[0] === 'hello you')
  await admin.patch(`macros/${macro.id}`, { content: 'function greet(name) { return `good day ${name}` }' })
  const { outdated_apis: outdated } = await admin.create(`macros/${macro.id}/publish`, {})
  expect(outdated).toEqual(['GET /greet'])
  expect((await get('greet')).body.data).toEqual(['hello you'])
  await admin.create(`apis/${id}/publish`, {})
  await soon('greet', ({ body }) => body.data?.[0] === 'good day you')
})

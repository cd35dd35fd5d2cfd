// An API that hands out its rows page by page: defined, published, and paged through over two gateways.
import { waitUntil } from '@penstock/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AdminClient } from './harness/admin-client.js'
import { flights, publishedApi, type Flights } from './harness/flights.js'
import { call, type Answer } from './harness/http.js'
import { startSystem, type System } from './harness/start-system.js'

let system: System
let admin: AdminClient
let place: Flights
let id: string
const paging = {
  mode: 'keyset',
  page_size: 1,
  page_size_max: 2,
  order_by: [{ column: 'delay', direction: 'desc' }, { column: 'id' }],
}

beforeAll(async () => {
  system = await startSystem({ gateways: 2 })
  admin = await system.signIn()
  place = await flights(admin)
  id = await publishedApi(admin, place, {
    name: 'delays',
    path: 'delays',
    content:
      'SELECT id, delay FROM flights {% where %} {% if origin %} AND origin = {{ origin }} {% endif %} {% endwhere %}',
    params: [{ name: 'origin' }],
    paging,
  })
  for (const index of [0, 1]) {
    await waitUntil(async () => (await get(index)).status === 200, { withinMs: 5000, what: 'the route' })
  }
})
afterAll(async () => {
  await system?.stop()
  await place?.drop()
})

const get = (index: number, query = ''): Promise<Answer> =>
  call('GET', `${system.gateways[index]?.url ?? ''}/api/delays?${query}`)
const idsOf = ({ body }: Answer): number[] => body.data.map((row: { id: number }) => row.id)

it('leads from page to page, whichever gateway is asked, and to its end', async () => {
  const seen: number[] = []
  let page = await get(0, 'total=true')
  expect(page.body).toMatchObject({ success: true, page_size: 1, total: 3 })
  for (let gateway = 1; ; gateway = 1 - gateway) {
    seen.push(...idsOf(page))
    if (page.body.next_cursor === null) break
    page = await get(gateway, `cursor=${page.body.next_cursor}`)
    expect(page.status).toBe(200)
  }
  // NULL is the greatest value of PostgreSQL.
  expect(seen).toEqual([3, 1, 2])
})

it('refuses a cursor of other parameters, of another version, and one that was changed, by its name', async () => {
  const cursor: string = (await get(0)).body.next_cursor
  expect((await get(0, `cursor=${cursor}`)).status).toBe(200)
  const refusal = { code: 'PARAM_INVALID', errors: [{ name: 'cursor', location: 'query' }] }
  for (const query of [`origin=SEA&cursor=${cursor}`, `cursor=${cursor}A`, 'cursor=next']) {
    const { status, body } = await get(1, query)
    expect(status).toBe(400)
    expect(body).toMatchObject(refusal)
  }
  await admin.patch(`apis/${id}`, { paging: { ...paging, page_size: 2 } })
  await admin.create(`apis/${id}/publish`, {})
  await waitUntil(async () => (await get(1)).body.page_size === 2, { withinMs: 5000 })
  expect((await get(1, `cursor=${cursor}`)).body).toMatchObject(refusal)
})

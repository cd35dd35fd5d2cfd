// Money between accounts, by scripts that an admin publishes: nothing is lost under calls side by side over two gateways, nor by a script host that
// is killed in the middle of a transaction.
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { waitUntil } from '@penstock/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AdminClient } from './harness/admin-client.js'
import { flights, publishedApi, type Flights } from './harness/flights.js'
import { call, type Answer } from './harness/http.js'
import { startSystem, type System } from './harness/start-system.js'

const KEY = 'key-of-the-clearing-house'
let system: System
let admin: AdminClient
let place: Flights
/** A partner that is asked in the middle of a transaction, and lets it wait until it is told to answer. */
let partner: Server
const waiting: (() => void)[] = []
const partnerKeys: unknown[] = []

const TRANSFER = `interface Account { id: number; balance: number }

export default async function (req: Penstock.Request<{ from: number; to: number; amount: number }>, { db, http }: Penstock.Context) {
  const { from, to, amount } = req.params
  return db.tx(async (t) => {
    await t.query('SELECT id FROM accounts WHERE id IN (:from, :to) ORDER BY id FOR UPDATE', { from, to })
    await t.execute('UPDATE accounts SET balance = balance - :amount WHERE id = :from', { amount, from })
    if (req.path === 'transfers/cleared') await http.connection('clearing').post('/transfers', { json: { from, to, amount } })
    await t.execute('UPDATE accounts SET balance = balance + :amount WHERE id = :to', { amount, to })
    const giver = await t.queryOne<Account>('SELECT id, balance FROM accounts WHERE id = :from', { from })
    if (giver === null || giver.balance < 0) throw new ApiError(409, 'There is not enough on the account', 'INSUFFICIENT_FUNDS')
    return { data: [giver], moved: amount }
  })
}`
const script = (path: string, content: string, names: readonly string[] = []) =>
  publishedApi(admin, place, {
    name: path,
    path,
    http_method: 'POST',
    execute_engine: 'SCRIPT',
    params: names.map((name) => ({ name, location: 'body', data_type: 'integer', required: true })),
    content,
  })

beforeAll(async () => {
  partner = createServer((request, response) => {
    partnerKeys.push(request.headers['x-key'])
    waiting.push(() => void response.end('{}'))
  })
  await new Promise<void>((resolve) => partner.listen(0, '127.0.0.1', resolve))
  const { port } = partner.address() as AddressInfo
  const clearing = {
    url: `http://127.0.0.1:${port}/v1`,
    headers: { 'X-Key': KEY },
    modules: ['*'],
    internal: true,
  }
  system = await startSystem({
    gateways: 2,
    env: {
      FLOW_CONTROL_RATE_LIMIT_ENABLED: 'false',
      FLOW_CONTROL_MAX_CONCURRENT_PER_CLIENT: '0',
      // Far fewer than the calls that come at once.
      EXTERNAL_DB_POOL_SIZE: '4',
      SCRIPT_HTTP_CONNECTIONS: JSON.stringify({ clearing }),
    },
  })
  admin = await system.signIn()
  place = await flights(admin)
  await script(
    'accounts/open',
    `export default async ({ params: { first, second } }, { db }) => db.tx(async (t) => {
      await t.execute('CREATE TABLE IF NOT EXISTS accounts (id int PRIMARY KEY, balance int NOT NULL)')
      await t.execute('DELETE FROM accounts')
      await t.execute('INSERT INTO accounts VALUES (1, :first), (2, :second)', { first, second })
    })`,
    ['first', 'second'],
  )
  // Publishing prepares statements: the table must be there first.
  await waitUntil(() => isServed('accounts/open'), { withinMs: 10_000, what: 'both gateways serving' })
  await open(0, 0)
  await publishedApi(admin, place, {
    name: 'accounts',
    path: 'accounts',
    content: 'SELECT id, balance FROM accounts ORDER BY id',
  })
  await script('transfers', TRANSFER, ['from', 'to', 'amount'])
  await script('transfers/cleared', TRANSFER, ['from', 'to', 'amount'])
  await waitUntil(() => isServed('transfers/cleared'), {
    withinMs: 10_000,
    what: 'both gateways serving the transfers',
  })
}, 60_000)
afterAll(async () => {
  await system.stop()
  await place.drop()
  partner.closeAllConnections()
  await new Promise((resolve) => partner.close(resolve))
})

const urls = () => system.gateways.map(({ url }) => url)
/** Without its parameters it answers 400 where it is there. */
const isServed = async (path: string): Promise<boolean> => {
  const answers = await Promise.all(urls().map((url) => call('POST', `${url}/api/${path}`, { json: {} })))
  return answers.every(({ status }) => status === 400)
}
const post = (path: string, json: object, gateway = 0): Promise<Answer> =>
  call('POST', `${urls()[gateway]}/api/${path}`, { json })
const open = async (first: number, second: number): Promise<void> => {
  expect((await post('accounts/open', { first, second })).status).toBe(200)
}
const balances = async (): Promise<number[]> =>
  (await call('GET', `${urls()[1]}/api/accounts`)).body.data.map(({ balance }: { balance: number }) => balance)

it('moves what is there, and undoes a transfer that finds too little', async () => {
  await open(10, 0)
  expect((await post('transfers', { from: 1, to: 2, amount: 4 })).body).toEqual({
    ...{ success: true, message: null, moved: 4 },
    data: [{ id: 1, balance: 6 }],
  })
  expect(await post('transfers', { from: 1, to: 2, amount: 7 })).toMatchObject({
    status: 409,
    body: { success: false, code: 'INSUFFICIENT_FUNDS', message: 'There is not enough on the account' },
  })
  expect(await balances()).toEqual([6, 4])
})

it('keeps the total under 50 transfers at once, over two gateways', async () => {
  await open(100, 100)
  const transfers = Array.from({ length: 50 }, (_, n) =>
    n % 2 === 0 ? { from: 1, to: 2, amount: 30 } : { from: 2, to: 1, amount: 20 },
  )
  const answers = await Promise.all(transfers.map((transfer, n) => post('transfers', transfer, n % 4 < 2 ? 0 : 1)))
  expect([...new Set(answers.map(({ status, body }) => `${status} ${body.code ?? ''}`))].sort()).toEqual([
    '200 ',
    '409 INSUFFICIENT_FUNDS',
  ])
  const moved = answers
    .map(({ body }, n) => (n % 2 === 0 ? 1 : -1) * Number(body.moved ?? 0))
    .reduce((sum, one) => sum + one, 0)
  expect(await balances()).toEqual([100 - moved, 100 + moved])
})

it('leaves nothing half-done when the script host is killed in mid-transaction, and goes on', async () => {
  await open(10, 10)
  const transfer = { from: 1, to: 2, amount: 4 }
  const running = post('transfers/cleared', transfer)
  await waitUntil(() => waiting.length === 1, { withinMs: 10_000, what: 'the transfer asking its partner' })
  // The giver has less inside of the transaction alone.
  expect(await balances()).toEqual([10, 10])
  process.kill(scriptHostOf(system.gateways[0]?.pid() ?? 0), 'SIGKILL')
  expect(await running).toMatchObject({ status: 503, body: { code: 'SCRIPT_LOST' } })
  expect(await balances()).toEqual([10, 10])

  // Neither is a row still locked: the same transfer goes through.
  const again = post('transfers/cleared', transfer)
  await waitUntil(() => waiting.length === 2, { withinMs: 10_000, what: 'the next transfer asking its partner' })
  waiting[1]?.()
  expect((await again).status).toBe(200)
  expect(await balances()).toEqual([6, 14])
  expect(partnerKeys).toEqual([KEY, KEY])
  expect(system.output()).not.toContain(KEY)
})

/** The one process that a gateway started. */
function scriptHostOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
}

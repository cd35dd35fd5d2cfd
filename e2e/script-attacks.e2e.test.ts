// Shown true when, 1: programs that go for the engine or its neighbours, against a running gateway.
import { readFileSync } from 'node:fs'
import { type Attack, ATTACKS, type AttackEnd } from '@penstock/script/attacks'
import { waitUntil } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AdminClient } from './harness/admin-client.js'
import { flights, type Flights } from './harness/flights.js'
import { call } from './harness/http.js'
import { startSystem, type System } from './harness/start-system.js'

const TIMEOUT_MS = 300
// What an HTTP call through gateway, queue and engine takes beside its script on a busy machine.
const WAY_MS = 150
// The sources of these do not compile: they are refused when they are published.
const REFUSED = /^(E4|E14) /
const STATUS: { readonly [end in AttackEnd]: string } = {
  done: '200 ok',
  threw: '500 SCRIPT_FAILED',
  timeout: '504 SCRIPT_TIMEOUT',
  memory: '500 SCRIPT_OVER_BUDGET',
  stack: '500 SCRIPT_OVER_BUDGET',
  result: '500 SCRIPT_OVER_BUDGET',
  'host calls': '500 SCRIPT_OVER_BUDGET',
  'host bytes': '500 SCRIPT_OVER_BUDGET',
}
const attacks = ATTACKS.filter(({ name }) => !REFUSED.test(name))
const pathOf = (attack: Attack): string => `attack-${ATTACKS.indexOf(attack)}`
const sourceOf = (attack: Attack): string =>
  attack.source.replaceAll('HOST_CALL', 'cache.get("k")').replaceAll('LOG(', 'log.info(')

let system: System
let admin: AdminClient
let place: Flights
let url: string
let host: number
// Of both processes before the first attack, when the neighbour has been called in a rush.
let restingMb = 0

beforeAll(async () => {
  system = await startSystem({ env: { FLOW_CONTROL_RATE_LIMIT_ENABLED: 'false' } })
  admin = await system.signIn()
  place = await flights(admin)
  url = system.gateways[0]?.url ?? ''
  const hostile = await admin.create('modules', { name: 'hostile' })
  await publish('neighbour', place.moduleId, 'export default (req) => req.method')
  // A few at a time: each is checked by the engine.
  const waiting = [...attacks]
  const publishing = Array.from({ length: 4 }, async () => {
    for (let attack = waiting.shift(); attack !== undefined; attack = waiting.shift())
      await publish(pathOf(attack), hostile.id, sourceOf(attack), { exec_timeout_ms: TIMEOUT_MS, host_calls: 100 })
  })
  await Promise.all(publishing)
  await waitUntil(async () => (await call('GET', `${url}/api/neighbour`)).status === 200, {
    withinMs: 20_000,
    what: 'a script that answers',
  })
  const last = attacks.at(-1)
  if (last !== undefined)
    await waitUntil(async () => (await call('GET', `${url}/api/${pathOf(last)}`)).status !== 404, {
      withinMs: 20_000,
      what: 'the last attack',
    })
  host = childOf(gatewayPid())
  await Promise.all(Array.from({ length: 64 }, () => call('GET', `${url}/api/neighbour`)))
  restingMb = residentMb(host) + residentMb(gatewayPid())
}, 120_000)
afterAll(async () => {
  await system.stop()
  await place.drop()
})

async function publish(path: string, moduleId: string, content: string, limits: object | null = null): Promise<void> {
  await admin.create(`apis/${await draft(path, moduleId, content, limits)}/publish`, {})
}

async function draft(path: string, moduleId: string, content: string, limits: object | null): Promise<string> {
  const { id } = await admin.create('apis', {
    module_id: moduleId,
    datasource_id: place.datasourceId,
    name: path,
    path,
    http_method: 'GET',
    execute_engine: 'SCRIPT',
    access_type: 'public',
    content,
    script_limits: limits,
  })
  return id
}

async function attackOnce(attack: Attack): Promise<void> {
  const startedMs = performance.now()
  const { value: answer, lateMs } = await withLateness(call('GET', `${url}/api/${pathOf(attack)}`))
  const tookMs = performance.now() - startedMs
  const how = `${answer.status} ${answer.status === 200 ? 'ok' : answer.body.code}`
  expect(
    attack.ends.map((end) => STATUS[end]),
    JSON.stringify(answer.body).slice(0, 500),
  ).toContain(how)
  expect(tookMs).toBeLessThan(TIMEOUT_MS + 150 + WAY_MS + 2 * lateMs)
  if (answer.status === 200 && attack.value !== undefined) expect(answer.body.data).toEqual([attack.value])
  expect(await call('GET', `${url}/api/neighbour`)).toMatchObject({ status: 200, body: { data: ['GET'] } })
}

describe(`${attacks.length} attacks on a running gateway end by their deadline with the right error, and a neighbour is served right`, () => {
  for (const attack of attacks) it(`${attack.category}: ${attack.name}`, () => attackOnce(attack))
})

it('refuses to publish what its own compiler cannot nest', async () => {
  for (const attack of ATTACKS.filter(({ name }) => REFUSED.test(name))) {
    const id = await draft(pathOf(attack), place.moduleId, attack.source, null)
    const { status, body } = await admin.post(`apis/${id}/publish`, {})
    expect([400, 409, 422], JSON.stringify(body).slice(0, 300)).toContain(status)
  }
})

it('has survived them all, and resident memory of gateway and script host is back within a tenth of what it was', async () => {
  expect(childOf(gatewayPid())).toBe(host)
  expect((await call('GET', `${url}/health/ready`)).status).toBe(200)
  const nowMb = (): number => residentMb(host) + residentMb(gatewayPid())
  // Threads that nobody needs end between 30 and 60 s after their last job.
  await expect.poll(nowMb, { timeout: 70_000, interval: 500 }).toBeLessThan(1.1 * restingMb)
}, 90_000)

it('loses the running calls of a script host that is killed, says so', async () => {
  const { id } = await admin.create('modules', { name: 'patient' })
  await publish('patient', id, 'export default () => db.query("SELECT 1 AS slept FROM pg_sleep(8)")')
  // Whatever it answers, it is there.
  await waitUntil(async () => (await call('GET', `${url}/api/patient`)).status !== 404, {
    withinMs: 30_000,
    what: 'the script',
  })
  const running = call('GET', `${url}/api/patient`)
  expect((await call('GET', `${url}/api/neighbour`)).status).toBe(200)
  process.kill(host, 'SIGKILL')
  await waitUntil(async () => (await call('GET', `${url}/api/neighbour`)).status === 200, {
    withinMs: 5_000,
    what: 'a new script host',
  })
  expect(await running).toMatchObject({ status: 503, body: { code: 'SCRIPT_LOST' } })
})

function gatewayPid(): number {
  return system.gateways[0]?.pid() ?? 0
}

/** The one process that the gateway started. */
function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

/** How late timers of this process fire at worst while `work` runs: on a machine short of cores nobody can be on time. */
async function withLateness<T>(work: Promise<T>): Promise<{ value: T; lateMs: number }> {
  const tickMs = 5
  let lateMs = 0
  let lastMs = performance.now()
  const ticks = setInterval(() => {
    const nowMs = performance.now()
    lateMs = Math.max(lateMs, nowMs - lastMs - tickMs)
    lastMs = nowMs
  }, tickMs)
  try {
    const value = await work
    return { value, lateMs }
  } finally {
    clearInterval(ticks)
  }
}

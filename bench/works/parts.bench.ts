import { once } from 'node:events'
import { startRedis } from '@penstock/testing'
import type { AdmissionRequest, AdmissionStore } from '@penstock/limits'
import { localAdmissionStore } from '@penstock/limits-local'
import { limitCommands, openLimitRedis, redisAdmissionStore } from '@penstock/limits-redis'
import { compileTemplate, render } from '@penstock/sql-template'
import { it, onTestFinished } from 'vitest'
import { median } from '../harness/interleave.js'
import { QUICK } from '../harness/plan.js'
import { publish, type Figure } from '../harness/section.js'

const TEMPLATE = `SELECT id, name, created_at FROM orders
{% where %}
  {% if status %}status = {{ status }}{% endif %}
  {% if ids %}AND id IN {{ ids | in_list }}{% endif %}
  {% if since %}AND created_at >= {{ since | sql_date }}{% endif %}
{% endwhere %}
ORDER BY created_at DESC LIMIT {{ limit | default(20) | sql_int }}`
const VALUES = { status: 'paid', ids: [1, 2, 3], since: '2026-01-01', limit: 50 }
const ROUNDS = 7
const IN_FLIGHT = 64
// Enough that nobody reaches a real limit, at a million admissions a second.
const CALLERS = 2_000

it('parts of a call, alone', async () => {
  const compile = async (): Promise<void> => {
    compileTemplate(TEMPLATE, { dialect: 'postgres', params: [] })
  }
  const compiled = compileTemplate(TEMPLATE, { dialect: 'postgres', params: [] })
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults))
  const fill = async (): Promise<void> => {
    render(compiled.program, VALUES, { casts: {} })
  }
  const redis = await startRedis()
  onTestFinished(() => redis.stop())
  const connection = openLimitRedis(redis.url, { commandTimeoutMs: 1000 })
  connection.on('error', () => undefined)
  onTestFinished(() => connection.disconnect())
  await once(connection, 'ready')
  const shared = redisAdmissionStore({ commands: limitCommands(connection), replicas: () => 1 })
  const local = localAdmissionStore()
  onTestFinished(async () => {
    await shared.close()
    await local.close()
  })
  const parts = [
    ['compile a template', await perSecond(compile, 1)],
    ['fill a template', await perSecond(fill, 1)],
    ['admit and release in the process', await perSecond(admitting(local), 1)],
    ['admit and release in Redis', await perSecond(admitting(shared), IN_FLIGHT)],
  ] as const
  publish(9, {
    id: 'parts',
    title: 'Parts of a call, alone, on one core',
    head: ['', 'per second', 'µs each'],
    rows: parts.map(([name, rates]) => [name, median(rates).toFixed(0), (1e6 / median(rates)).toFixed(1)]),
    figures: parts.map(([name, rates]): Figure => {
      const micros = rates.map((rate) => 1e6 / rate)
      return {
        name: `parts: ${name}, µs`,
        value: median(micros),
        low: Math.min(...micros),
        high: Math.max(...micros),
        better: 'lower',
      }
    }),
    budgets: [],
  })
})

function admitting(store: AdmissionStore): () => Promise<void> {
  let turn = 0
  return async () => {
    turn += 1
    const caller = `client:${turn % CALLERS}`
    const request: AdmissionRequest = {
      caller,
      concurrency: [{ key: caller, limit: 1000 }],
      rates: [{ name: 'client', key: `${caller}:client`, limit: 10_000, windowMs: 60_000 }],
      whenAway: 'closed',
    }
    const admission = await store.admit(request)
    if (admission.kind !== 'admitted') throw new Error(`the limiter answered ${admission.kind}`)
    admission.release()
  }
}

/** Rates of several rounds, with some under way at once. */
async function perSecond(work: () => Promise<void>, inFlight: number): Promise<readonly number[]> {
  const roundMs = QUICK ? 200 : 500
  const rates: number[] = []
  for (let round = 0; round <= ROUNDS; round += 1) {
    const startedMs = performance.now()
    let done = 0
    const worker = async (): Promise<void> => {
      while (performance.now() - startedMs < roundMs) {
        await work()
        done += 1
      }
    }
    await Promise.all(Array.from({ length: inFlight }, worker))
    if (round > 0) rates.push(done / ((performance.now() - startedMs) / 1000))
  }
  return rates
}

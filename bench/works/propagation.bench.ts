import { setTimeout as pause } from 'node:timers/promises'
import { it } from 'vitest'
import { call } from '../../e2e/harness/http.js'
import type { Gateway } from '../../e2e/harness/start-system.js'
import { accountsUrl } from '../harness/accounts.js'
import { median } from '../harness/interleave.js'
import { QUICK } from '../harness/plan.js'
import { quantile } from '../harness/quantile.js'
import { publish, type Budget, type Figure } from '../harness/section.js'
import { startWorld } from '../harness/world.js'

const PUBLISHES = QUICK ? 5 : 40
// Asked back to back, the gateways and the three askers would take the processor from what is measured.
const POLL_MS = 2
const BUDGETS_MS = { redis: 50, http: 1000 } as const

it('how soon every gateway serves what was published', async () => {
  const databaseUrl = accountsUrl()
  const rows: string[][] = []
  const figures: Figure[] = []
  const budgets: Budget[] = []
  for (const [way, redis] of [
    ['redis', true],
    ['http', false],
  ] as const) {
    const waits = await measure(databaseUrl, redis)
    const middle = median(waits)
    const sorted = [...waits].sort((left, right) => left - right)
    const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
    rows.push([
      redis ? 'with Redis' : 'without',
      String(waits.length),
      middle.toFixed(1),
      quantile(waits, 0.9)?.toFixed(1) ?? '',
      at(1).toFixed(1),
    ])
    figures.push({ name: `propagation: ${way}, ms`, value: middle, low: at(0.1), high: at(0.9), better: 'lower' })
    budgets.push({
      what: `propagation of a publish ${redis ? 'with Redis' : 'without Redis'}`,
      demanded: `median ≤ ${BUDGETS_MS[way]} ms`,
      measured: `${middle.toFixed(1)} ms`,
      met: middle <= BUDGETS_MS[way],
    })
  }
  publish(8, {
    id: 'propagation',
    title: 'From the answer of a publish to the first new reply, on each of 3 gateways',
    head: ['', 'publishes × gateways', 'median ms', 'p90 ms', 'longest ms'],
    rows,
    figures,
    budgets,
    note: `Each gateway is asked anew ${POLL_MS} ms after its last answer; what the asking takes is in the figures.`,
  })
})

async function measure(databaseUrl: string, redis: boolean): Promise<readonly number[]> {
  const spec = { path: 'version', content: 'SELECT 0 AS version', settings: { access_type: 'public' } }
  const env = { FLOW_CONTROL_RATE_LIMIT_ENABLED: 'false' }
  const world = await startWorld({ databaseUrl, apis: [spec], redis, gateways: 3, clients: 0, env, bare: true })
  const [id] = world.apiIds
  const waits: number[] = []
  for (let version = 1; version <= PUBLISHES; version += 1) {
    await world.admin.patch(`apis/${id ?? ''}`, { content: `SELECT ${version} AS version` })
    await world.admin.create(`apis/${id ?? ''}/publish`, {})
    const publishedMs = performance.now()
    waits.push(...(await Promise.all(world.system.gateways.map((gateway) => served(gateway, version, publishedMs)))))
  }
  await world.stop()
  return waits
}

/** Milliseconds from the publish until a gateway answers with the version. */
async function served({ url }: Gateway, version: number, sinceMs: number): Promise<number> {
  for (;;) {
    const { body } = await call('GET', `${url}/api/version`)
    const nowMs = performance.now() - sinceMs
    if (body.data?.[0]?.version === version) return nowMs
    if (nowMs > 30_000) throw new Error(`${url} does not serve version ${version}: ${JSON.stringify(body)}`)
    await pause(POLL_MS)
  }
}

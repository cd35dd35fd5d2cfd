import { setTimeout as pause } from 'node:timers/promises'
import { it } from 'vitest'
import { accountsUrl } from '../harness/accounts.js'
import { POINT } from '../harness/catalogue.js'
import { median } from '../harness/interleave.js'
import { QUICK } from '../harness/plan.js'
import { residentBytes } from '../harness/process-usage.js'
import { publish } from '../harness/section.js'
import { startWorld } from '../harness/world.js'

const STARTS = QUICK ? 3 : 7
// Asked back to back, the one who asks would take the processor from the start.
const POLL_MS = 2
const START_MS_MAX = 1000
const MEGABYTES_MAX = 130

it('from nothing to the first answer', async () => {
  const databaseUrl = accountsUrl()
  const spec = { ...POINT, settings: { access_type: 'public' } }
  const world = await startWorld({ databaseUrl, apis: [spec], redis: false, clients: 0, bare: true })
  const { gateway } = world
  const waits: number[] = []
  const megabytes: number[] = []
  for (let start = 0; start < STARTS; start += 1) {
    await gateway.kill()
    const startedMs = performance.now()
    const ready = gateway.start()
    await firstAnswer(`${gateway.url}/api/point?aid=1`)
    waits.push(performance.now() - startedMs)
    await ready
    megabytes.push(residentBytes(gateway.pid()) / 2 ** 20)
  }
  const [waitMs, memory] = [median(waits), median(megabytes)]
  publish(10, {
    id: 'start-up',
    title: 'A gateway from its start to its first answer, small snapshot',
    head: ['starts', 'median ms', 'longest ms', 'resident MB'],
    rows: [[String(STARTS), waitMs.toFixed(0), Math.max(...waits).toFixed(0), memory.toFixed(0)]],
    note: `Started again after a kill, beside its last good file; the snapshot comes from admin. It is asked anew every ${POLL_MS} ms.`,
    figures: [
      { name: 'start-up: ms', value: waitMs, low: Math.min(...waits), high: Math.max(...waits), better: 'lower' },
      {
        name: 'start-up: MB',
        value: memory,
        low: Math.min(...megabytes),
        high: Math.max(...megabytes),
        better: 'lower',
      },
    ],
    budgets: [
      {
        what: 'gateway start to first answer',
        demanded: `≤ ${START_MS_MAX} ms`,
        measured: `${waitMs.toFixed(0)} ms`,
        met: waitMs <= START_MS_MAX,
      },
      {
        what: 'gateway memory, small snapshot',
        demanded: `≤ ${MEGABYTES_MAX} MB`,
        measured: `${memory.toFixed(0)} MB`,
        met: memory <= MEGABYTES_MAX,
      },
    ],
  })
})

async function firstAnswer(url: string): Promise<void> {
  const deadline = performance.now() + 30_000
  for (;;) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.status === 200) return
    if (performance.now() > deadline) throw new Error(`${url} does not answer`)
    await pause(POLL_MS)
  }
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SnapshotEntry } from '@penstock/contracts'
import { freePort, startProcess, waitUntil, type RunningProcess } from '@penstock/testing'
import { it, onTestFinished } from 'vitest'
import {
  apiEntry,
  buildSnapshot,
  clientEntry,
  datasourceEntry,
  GATEWAY_KEY,
  keyEntries,
} from '../../apps/gateway/src/test/build-snapshot.js'
import { FakeAdmin } from '../../apps/gateway/src/test/fake-admin.js'
import { call } from '../../e2e/harness/http.js'
import { program } from '../../e2e/harness/programs.js'
import { SERVER_ARGS } from '../../tools/run/node-args.mjs'
import { account, accountsUrl } from '../harness/accounts.js'
import { POINT } from '../harness/catalogue.js'
import { interleave, median } from '../harness/interleave.js'
import { closed, type HttpTarget } from '../harness/load.js'
import { CONNECTIONS, FEW_ROUNDS, QUICK } from '../harness/plan.js'
import { residentBytes } from '../harness/process-usage.js'
import { comparison, publish } from '../harness/section.js'

const SIZES = QUICK ? [10, 10_000] : [10, 1000, 10_000]
const CALLERS = 100
const PUBLISHES = 10
const STARTS = 3
const SECRET = 'secret-of-a-client-of-the-benchmark'
const BUDGET = { startMs: 2000, megabytes: 300, publishMs: 50, sliceMs: 50 } as const

interface Populated {
  readonly size: number
  readonly target: HttpTarget
  readonly startMs: readonly number[]
  readonly megabytes: number
  readonly publishMs: readonly number[]
  readonly longestSliceMs: number
}

// The control plane is played by hand, because making 10,000 APIs one after the other would take longer than all other works together.
it('a gateway with few and with many APIs and clients', async () => {
  const databaseUrl = accountsUrl()
  const populated: Populated[] = []
  for (const size of SIZES) populated.push(await startPopulated(databaseUrl, size))
  const outcomes = await interleave(
    populated.map(({ target }) => closed(target, CONNECTIONS)),
    FEW_ROUNDS,
  )
  const names = populated.map(({ target }) => target.name)
  publish(
    11,
    comparison({
      id: 'populations',
      title: 'Private point read among many APIs and clients',
      outcomes,
      base: names[0] ?? '',
      kept: names.slice(1),
    }),
  )
  publishLoads(populated)
})

function publishLoads(populated: readonly Populated[]): void {
  const last = populated.at(-1)
  const largest = {
    start: median(last?.startMs ?? []),
    memory: last?.megabytes ?? 0,
    publish: median(last?.publishMs ?? []),
    slice: last?.longestSliceMs ?? 0,
  }
  const budget = (what: string, measured: number, most: number, unit: string) => ({
    what: `${what}, 10,000 APIs and 10,000 clients`,
    demanded: `≤ ${most} ${unit}`,
    measured: `${measured.toFixed(0)} ${unit}`,
    met: measured <= most,
  })
  publish(12, {
    id: 'snapshot',
    title: 'Loading a snapshot, and one publish into it',
    head: [
      'APIs and clients, each',
      'start to ready, median ms',
      'resident MB',
      'one publish, median ms',
      'longest block of the loop ms',
    ],
    rows: populated.map(({ size, startMs, megabytes, publishMs, longestSliceMs }) => [
      size.toLocaleString('en'),
      median(startMs).toFixed(0),
      megabytes.toFixed(0),
      median(publishMs).toFixed(1),
      longestSliceMs.toFixed(0),
    ]),
    figures: [
      {
        name: 'snapshot: start ms',
        value: largest.start,
        low: Math.min(...(last?.startMs ?? [])),
        high: Math.max(...(last?.startMs ?? [])),
        better: 'lower',
      },
      {
        name: 'snapshot: publish ms',
        value: largest.publish,
        low: Math.min(...(last?.publishMs ?? [])),
        high: Math.max(...(last?.publishMs ?? [])),
        better: 'lower',
      },
    ],
    budgets: [
      budget('start', largest.start, BUDGET.startMs, 'ms'),
      budget('memory', largest.memory, BUDGET.megabytes, 'MB'),
      budget('one publish applied, median', largest.publish, BUDGET.publishMs, 'ms'),
      budget('longest block of the event loop', largest.slice, BUDGET.sliceMs, 'ms'),
    ],
  })
}

async function startPopulated(databaseUrl: string, size: number): Promise<Populated> {
  const entries = entriesOf(databaseUrl, size)
  const admin = await new FakeAdmin().start()
  onTestFinished(() => admin.kill())
  admin.publish(buildSnapshot(entries, { revision: 1 }))
  const startMs: number[] = []
  let started = await startGateway(admin.url)
  for (let start = 1; start < STARTS; start += 1) {
    startMs.push(started.startMs)
    await started.gateway.stop()
    started = await startGateway(admin.url)
  }
  startMs.push(started.startMs)
  const { gateway, url } = started
  const target = await targetOf(url, gateway, size)
  const publishMs = await publishes(admin, gateway, entries)
  return {
    size,
    target,
    startMs,
    megabytes: residentBytes(gateway.pid) / 2 ** 20,
    publishMs,
    longestSliceMs: Math.max(...applied(gateway).map(({ longestSliceMs }) => longestSliceMs)),
  }
}

/** From nothing: its state folder is empty, everything comes from admin. */
async function startGateway(adminUrl: string) {
  const stateDir = mkdtempSync(join(tmpdir(), 'penstock-bench-'))
  const [port, opsPort] = [await freePort(), await freePort()]
  const startedMs = performance.now()
  const gateway = startProcess(program('gateway', 'main'), {
    nodeArgs: SERVER_ARGS,
    env: {
      GATEWAY_KEY,
      ADMIN_INTERNAL_URL: adminUrl,
      GATEWAY_STATE_DIR: stateDir,
      GATEWAY_PORT: String(port),
      GATEWAY_OPS_PORT: String(opsPort),
      LOG_JSON: 'true',
      LOG_LEVEL: 'info',
      AUTH_RATE_LIMIT_TOKEN_GENERATE: '0',
      FLOW_CONTROL_RATE_LIMIT_PER_MINUTE: '1000000',
      // More than there are connections: ten callers on 32 of them may gather on one.
      FLOW_CONTROL_MAX_CONCURRENT_PER_CLIENT: '100',
    },
  })
  onTestFinished(async () => {
    await gateway.stop()
    rmSync(stateDir, { recursive: true, force: true })
  })
  const ready = async () => (await fetch(`http://127.0.0.1:${opsPort}/health/ready`)).status === 200
  await waitUntil(ready, { withinMs: 60_000, what: 'the gateway being ready' })
  return { gateway, url: `http://127.0.0.1:${port}`, startMs: performance.now() - startedMs }
}

function entriesOf(databaseUrl: string, size: number): SnapshotEntry[] {
  const apis = Array.from({ length: size }, (_, index) =>
    apiEntry(`point-${index}`, POINT.content, {
      access_type: 'private',
      params: [{ name: 'aid', data_type: 'integer', required: true }],
    }),
  )
  const clients = apis.map(({ id }, index) => clientEntry(`client-${index}`, SECRET, { api_ids: [id] }))
  return [...keyEntries(), datasourceEntry(databaseUrl), ...apis, ...clients]
}

/** Calls of clients spread over the population, each to its own API. */
async function targetOf(url: string, gateway: RunningProcess, size: number): Promise<HttpTarget> {
  const requests = []
  for (let index = 0; index < Math.min(CALLERS, size); index += 1) {
    const member = Math.floor((index * size) / Math.min(CALLERS, size))
    const { body } = await call('POST', `${url}/api/token/generate`, {
      json: { client_id: `client-${member}`, client_secret: SECRET },
    })
    requests.push({
      path: `/api/point-${member}?aid=${account(index)}`,
      headers: { authorization: `Bearer ${String(body.access_token)}` },
    })
  }
  return { name: `${size.toLocaleString('en')} APIs and clients`, url, pid: gateway.pid, requests }
}

/** Publishes one changed API after the other and reads from the gateway's log how long each took to apply. */
async function publishes(
  admin: FakeAdmin,
  gateway: RunningProcess,
  entries: readonly SnapshotEntry[],
): Promise<readonly number[]> {
  const before = applied(gateway).length
  for (let revision = 2; revision < 2 + PUBLISHES; revision += 1) {
    const changed = entries.map((entry) =>
      entry.kind === 'api' && entry.path === 'point-0' ? { ...entry, version: revision } : entry,
    )
    admin.publish(buildSnapshot(changed, { revision }))
    await waitUntil(() => applied(gateway).length >= before + revision - 1, {
      withinMs: 30_000,
      what: `revision ${revision}`,
    })
  }
  return applied(gateway)
    .slice(before)
    .map(({ durationMs }) => durationMs)
}

/** What the gateway logged of each snapshot that it applied. */
function applied(gateway: RunningProcess): readonly { durationMs: number; longestSliceMs: number }[] {
  return gateway
    .output()
    .split('\n')
    .filter((line) => line.includes('snapshot.applied'))
    .map((line) => JSON.parse(line))
}

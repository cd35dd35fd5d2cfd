import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SnapshotEntry } from '@penstock/contracts'
import { loadGatewayConfig } from '../config.js'
import { startGateway, type RunningGateway } from '../start-gateway.js'
import { buildSnapshot, GATEWAY_KEY } from './build-snapshot.js'
import { FakeAdmin } from './fake-admin.js'

export interface GatewayUnderTest {
  readonly admin: FakeAdmin
  readonly gateway: RunningGateway
  readonly stateDir: string
  readonly url: string
  /** Publishes as the next revision and waits until this gateway serves it. */
  publish(entries: readonly SnapshotEntry[]): Promise<void>
  stop(): Promise<void>
}

/** A whole gateway in this process, on free ports, over an admin of its own. */
export async function gatewayUnderTest(environment: Readonly<Record<string, string>> = {}): Promise<GatewayUnderTest> {
  const admin = await new FakeAdmin().start()
  const stateDir = environment['GATEWAY_STATE_DIR'] ?? mkdtempSync(join(tmpdir(), 'gateway-state-'))
  const gateway = await startGateway(gatewayConfig(admin.url, stateDir, environment))
  let revision = 0
  return {
    admin,
    gateway,
    stateDir,
    url: gateway.url,
    async publish(entries) {
      admin.publish(buildSnapshot(entries, { revision: ++revision }))
      await reached(gateway, revision)
    },
    async stop() {
      await gateway.stop('test')
      await admin.kill()
      rmSync(stateDir, { recursive: true, force: true })
    },
  }
}

export function gatewayConfig(adminUrl: string, stateDir: string, environment: Readonly<Record<string, string>> = {}) {
  return loadGatewayConfig({
    GATEWAY_KEY,
    ADMIN_INTERNAL_URL: adminUrl,
    GATEWAY_STATE_DIR: stateDir,
    GATEWAY_PORT: '0',
    GATEWAY_OPS_PORT: '0',
    LOG_LEVEL: 'error',
    ...environment,
  })
}

/** Waits until the gateway says that it serves the revision, or a later one. */
export async function reached(gateway: RunningGateway, revision: number): Promise<void> {
  await waitFor(async () => ((await metricOf(gateway, 'penstock_snapshot_revision')) ?? -1) >= revision)
}

/** The first value of a metric; undefined when there is none. */
export async function metricOf(gateway: RunningGateway, name: string): Promise<number | undefined> {
  const text = await (await fetch(`${gateway.opsUrl}/metrics`)).text()
  const line = text.split('\n').find((one) => one.startsWith(`${name}{`))
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')))
}

const WAIT_MS_MAX = 10_000

export async function waitFor(condition: () => boolean | Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + WAIT_MS_MAX
  while (!(await condition())) {
    if (performance.now() > untilMs) throw new Error(`not within ${WAIT_MS_MAX} ms: ${String(condition)}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

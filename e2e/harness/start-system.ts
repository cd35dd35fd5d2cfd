import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  freePort,
  freshDatabase,
  startProcess,
  tcpProxy,
  waitUntil,
  type RunningProcess,
  type TcpProxy,
} from '@penstock/testing'
import { adminClient, type AdminClient } from './admin-client.js'
import { program, runToEnd } from './programs.js'

export interface Gateway {
  readonly url: string
  readonly opsUrl: string
  /** Starts it again after a kill: on the same ports, with the same state folder. */
  start(): Promise<void>
  kill(): Promise<void>
  /** Of the running process. */
  pid(): number
  output(): string
}

export interface System {
  readonly adminUrl: string
  readonly adminOpsUrl: string
  readonly gateways: readonly Gateway[]
  readonly superuser: { readonly username: string; readonly password: string }
  /** The configuration database as the processes see it: cut it, and nobody reaches it any more. */
  readonly configDatabase: TcpProxy
  /** A client of admin that has logged in. */
  signIn(): Promise<AdminClient>
  killAdmin(): Promise<void>
  startAdmin(): Promise<void>
  /** What every process printed, for the message of a failed test. */
  output(): string
  stop(): Promise<void>
}

export interface SystemOptions {
  readonly gateways?: number
  readonly worker?: boolean
  /** Settings beside those that a start needs, for every process. */
  readonly env?: Readonly<Record<string, string>>
}

const READY_MS_MAX = 30_000
const superuser = { username: 'admin', password: 'e2e-password' }

/** Starts the built programs on free ports against a fresh database: what an operator runs, spoken to by HTTP alone. */
export async function startSystem({
  gateways: count = 1,
  worker = false,
  env = {},
}: SystemOptions = {}): Promise<System> {
  const database = await freshDatabase()
  const configDatabase = await tcpProxy({ port: Number(new URL(database.url).port) })
  const stateDir = mkdtempSync(join(tmpdir(), 'penstock-e2e-'))
  const gatewayKey = randomBytes(32).toString('base64')
  // Tests ask again and again for a token that arrives within a second; the limit of ten per minute is the gateway's own test.
  const common = { ENVIRONMENT: 'local', AUTH_RATE_LIMIT_TOKEN_GENERATE: '0', AUTH_RATE_LIMIT_LOGIN: '0', ...env }
  const control = {
    ...common,
    DATABASE_URL: configDatabase.via(database.url),
    SECRET_KEY: randomBytes(32).toString('base64'),
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    GATEWAY_KEY: gatewayKey,
    FIRST_SUPERUSER: superuser.username,
    FIRST_SUPERUSER_PASSWORD: superuser.password,
  }
  await runToEnd(program('admin', 'migrate'), { args: ['up'], env: control })
  await runToEnd(program('admin', 'first-superuser'), { env: control })

  const admin = await service('admin', ['ADMIN_PORT', 'ADMIN_OPS_PORT'], control)
  await admin.start()
  const gateways = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      service('gateway', ['GATEWAY_PORT', 'GATEWAY_OPS_PORT'], {
        ...common,
        GATEWAY_KEY: gatewayKey,
        GATEWAY_ID: `gateway-${index + 1}`,
        GATEWAY_STATE_DIR: join(stateDir, `gateway-${index + 1}`),
        ADMIN_INTERNAL_URL: admin.opsUrl,
      }),
    ),
  )
  const workers = worker ? [await service('worker', ['WORKER_PORT', 'WORKER_OPS_PORT'], control)] : []
  const others = [...gateways, ...workers]
  await Promise.all(others.map((other) => other.start()))

  return {
    adminUrl: admin.url,
    adminOpsUrl: admin.opsUrl,
    gateways,
    superuser,
    configDatabase,
    signIn: () => adminClient(admin.url, superuser),
    killAdmin: () => admin.kill(),
    startAdmin: () => admin.start(),
    output: () => [admin, ...others].map((one) => one.output()).join('\n'),
    async stop() {
      await Promise.all(others.map((other) => other.stop()))
      await admin.stop()
      await configDatabase.close()
      await database.drop()
      rmSync(stateDir, { recursive: true, force: true })
    },
  }
}

interface Service extends Gateway {
  stop(): Promise<void>
}

/** One program of ours on two free ports that stay its own over restarts. */
async function service(app: string, ports: readonly [string, string], env: Record<string, string>): Promise<Service> {
  const [port, opsPort] = [await freePort(), await freePort()]
  const own = { ...env, [ports[0]]: String(port), [ports[1]]: String(opsPort) }
  const opsUrl = `http://127.0.0.1:${opsPort}`
  let running: RunningProcess | undefined
  return {
    url: `http://127.0.0.1:${port}`,
    opsUrl,
    output: () => `---- ${app}\n${running?.output() ?? 'never started'}`,
    async start() {
      const started = startProcess(program(app, 'main'), { env: own })
      running = started
      const ended = started.ended.then((code) => {
        throw new Error(`${app} ended with ${String(code)} before it was ready:\n${started.output()}`)
      })
      const ready = waitUntil(async () => (await fetch(`${opsUrl}/health/ready`)).status === 200, {
        withinMs: READY_MS_MAX,
        what: `${app} being ready`,
      })
      ended.catch(() => undefined)
      await Promise.race([ready, ended])
    },
    kill: async () => running?.kill(),
    pid() {
      if (running === undefined) throw new Error(`${app} was never started`)
      return running.pid
    },
    stop: async () => running?.stop(),
  }
}

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freshDatabase, tcpProxy, type TcpProxy } from '@penstock/testing'
import { adminClient, type AdminClient } from './admin-client.js'
import { program, runToEnd } from './programs.js'
import { service, type Service } from './service.js'

export interface Gateway extends Omit<Service, 'stop'> {
  /** Where it keeps its last good snapshots. */
  readonly stateDir: string
}

export interface System {
  readonly adminUrl: string
  readonly adminOpsUrl: string
  readonly gateways: readonly Gateway[]
  readonly superuser: { readonly username: string; readonly password: string }
  /** The configuration database as the processes see it: cut it, and nobody reaches it any more. */
  readonly configDatabase: TcpProxy
  /** The same by its own address, for tests that look into it or damage it. */
  readonly configDatabaseUrl: string
  /** Admin's internal routes as the gateways see them. */
  readonly adminNetwork: TcpProxy
  /** A client of admin that has logged in. */
  signIn(): Promise<AdminClient>
  killAdmin(): Promise<void>
  startAdmin(): Promise<void>
  /** One more gateway with an empty state folder and settings of its own; not started yet, stopped with the system. */
  addGateway(env?: Readonly<Record<string, string>>): Promise<Gateway>
  /** What every process printed, for the message of a failed test. */
  output(): string
  stop(): Promise<void>
}

export interface SystemOptions {
  readonly gateways?: number
  readonly worker?: boolean
  /** Settings beside those that a start needs, for every process. */
  readonly env?: Readonly<Record<string, string>>
  /** For admin and worker alone; wins over `env`. */
  readonly controlEnv?: Readonly<Record<string, string>>
}

const superuser = { username: 'admin', password: 'e2e-password' }

/** Starts the built programs on free ports against a fresh database: what an operator runs, spoken to by HTTP alone. */
export async function startSystem({
  gateways: count = 1,
  worker = false,
  env = {},
  controlEnv = {},
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
    ...controlEnv,
  }
  await runToEnd(program('admin', 'migrate'), { args: ['up'], env: control })
  await runToEnd(program('admin', 'first-superuser'), { env: control })

  const admin = await service('admin', ['ADMIN_PORT', 'ADMIN_OPS_PORT'], control)
  const workers = worker ? [await service('worker', ['WORKER_PORT', 'WORKER_OPS_PORT'], control)] : []
  await Promise.all([admin, ...workers].map((one) => one.start()))
  const adminNetwork = await tcpProxy({ port: Number(new URL(admin.opsUrl).port) })
  const gateways: GatewayService[] = []
  const addGateway = async (own: Readonly<Record<string, string>> = {}): Promise<GatewayService> => {
    const name = `gateway-${gateways.length + 1}`
    const folder = join(stateDir, name)
    const started = await service('gateway', ['GATEWAY_PORT', 'GATEWAY_OPS_PORT'], {
      ...common,
      GATEWAY_KEY: gatewayKey,
      GATEWAY_ID: name,
      GATEWAY_STATE_DIR: folder,
      ADMIN_INTERNAL_URL: adminNetwork.via(admin.opsUrl),
      ...own,
    })
    const gateway = { ...started, stateDir: join(folder, new URL(started.url).port) }
    gateways.push(gateway)
    return gateway
  }
  for (let index = 0; index < count; index += 1) await addGateway()
  const first = [...gateways]
  await Promise.all(first.map((gateway) => gateway.start()))

  return {
    adminUrl: admin.url,
    adminOpsUrl: admin.opsUrl,
    gateways: first,
    superuser,
    configDatabase,
    configDatabaseUrl: database.url,
    adminNetwork,
    signIn: () => adminClient(admin.url, superuser),
    killAdmin: () => admin.kill(),
    startAdmin: () => admin.start(),
    addGateway,
    output: () => [admin, ...gateways, ...workers].map((one) => one.output()).join('\n'),
    async stop() {
      await Promise.all([...gateways, ...workers].map((other) => other.stop()))
      await admin.stop()
      await adminNetwork.close()
      await configDatabase.close()
      await database.drop()
      rmSync(stateDir, { recursive: true, force: true })
    },
  }
}

type GatewayService = Service & { readonly stateDir: string }

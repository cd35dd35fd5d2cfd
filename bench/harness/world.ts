import { fileURLToPath } from 'node:url'
import { startRedis, waitUntil, type OwnedRedis } from '@penstock/testing'
import { onTestFinished } from 'vitest'
import type { AdminClient } from '../../e2e/harness/admin-client.js'
import { call } from '../../e2e/harness/http.js'
import { startSystem, type Gateway, type System } from '../../e2e/harness/start-system.js'
import { publishApis, type ApiSpec } from './catalogue.js'
import type { HttpTarget, Request } from './load.js'
import { lagProbe } from './loop-lag.js'

/** Callers with tokens and limits of their own: the load is spread over them, as limits are kept per caller. */
const CLIENTS = 200
const MADE_AT_ONCE = 10

export interface World {
  readonly system: System
  readonly gateway: Gateway
  readonly admin: AdminClient
  /** Ids of the published APIs, in order of their specs. */
  readonly apiIds: readonly string[]
  readonly tokens: readonly string[]
  /** The gateway under requests with the token of each client in turn. */
  withTokens(name: string, path: (index: number) => string): HttpTarget
  /** The same without a token. */
  withoutTokens(name: string, path: (index: number) => string): HttpTarget
  /** Before the work is over; then it is stopped in any case. */
  stop(): Promise<void>
}

export interface WorldOptions {
  readonly databaseUrl: string
  readonly apis: readonly ApiSpec[]
  /** With Redis limits hold over all gateways; without they are counted in the process. */
  readonly redis: boolean
  readonly gateways?: number
  /** 0: no client is made, and nobody asks for a token. */
  readonly clients?: number
  readonly env?: Readonly<Record<string, string>>
  /** Nothing is loaded into its processes beside themselves: where their start is measured. */
  readonly bare?: boolean
}

// Loaded into every process of the system; only the gateway heeds it.
const PROFILES = process.env['BENCH_PROFILE_FOLDER']
const PROFILER = fileURLToPath(new URL('profiler.mjs', import.meta.url))

/** The product as it is shipped, with every guard on: token, grants, rate and concurrency limits, access records, metrics. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const { databaseUrl, apis, redis: withRedis, gateways = 1, clients = CLIENTS, env = {} } = options
  const redis = withRedis ? await startRedis() : undefined
  onTestFinished(() => redis?.stop())
  const system = await startSystem({
    gateways,
    worker: true,
    env: { ...shipped(redis), ...(options.bare === true ? {} : probes()), EXTERNAL_DB_POOL_SIZE: '10', ...env },
  })
  let stopped: Promise<void> | undefined
  const stop = () => (stopped ??= system.stop())
  onTestFinished(stop)
  const [gateway] = system.gateways
  if (gateway === undefined) throw new Error('no gateway runs')
  const admin = await system.signIn()
  const apiIds = await publishApis(admin, databaseUrl, apis)
  const tokens = await makeClients(admin, gateway.url, apiIds, clients)
  if (PROFILES !== undefined) process.kill(gateway.pid(), 'SIGUSR2')
  const target = (name: string, requests: readonly Request[]): HttpTarget => ({
    name,
    url: gateway.url,
    pid: gateway.pid(),
    requests,
  })
  return {
    system,
    gateway,
    admin,
    apiIds,
    tokens,
    withTokens: (name, path) =>
      target(
        name,
        tokens.map((token, index) => ({ path: path(index), headers: { authorization: `Bearer ${token}` } })),
      ),
    withoutTokens: (name, path) => target(name, requestsOf(path)),
    stop,
  }
}

/** Requests over as many paths and addresses as there are clients, for servers and APIs that know none. */
export function requestsOf(path: (index: number) => string): readonly Request[] {
  return Array.from({ length: CLIENTS }, (_, index) => ({
    path: path(index),
    headers: { 'x-forwarded-for': `192.0.2.${index}` },
  }))
}

function shipped(redis: OwnedRedis | undefined): Record<string, string> {
  return {
    LOG_LEVEL: 'warn',
    // Public APIs count by address; the load comes from one machine and says that it comes from many.
    TRUSTED_PROXY_COUNT: '1',
    FLOW_CONTROL_RATE_LIMIT_PER_MINUTE: '10000',
    ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
  }
}

function probes(): Record<string, string> {
  return PROFILES === undefined ? lagProbe() : { NODE_OPTIONS: `--import ${PROFILER}`, BENCH_PROFILE_FOLDER: PROFILES }
}

/** Clients with real limits that nobody meets, each linked to all APIs; gives their tokens. */
async function makeClients(
  admin: AdminClient,
  gatewayUrl: string,
  apiIds: readonly string[],
  count: number,
): Promise<string[]> {
  const tokens: string[] = []
  let next = 0
  const makeSome = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const client = await admin.create('clients', {
        name: `bench ${index}`,
        client_id: `bench-${index}`,
        rate_limit_per_minute: 10_000,
        max_concurrent: 100,
        api_ids: apiIds,
      })
      tokens[index] = await tokenOf(gatewayUrl, client.client_id, client.client_secret)
    }
  }
  await Promise.all(Array.from({ length: MADE_AT_ONCE }, makeSome))
  return tokens
}

async function tokenOf(gatewayUrl: string, clientId: string, clientSecret: string): Promise<string> {
  let token = ''
  // A client made this moment reaches the gateway within a second.
  await waitUntil(
    async () => {
      const { status, body } = await call('POST', `${gatewayUrl}/api/token/generate`, {
        json: { client_id: clientId, client_secret: clientSecret },
      })
      if (status === 200) token = body.access_token
      return status === 200
    },
    { withinMs: 10_000, what: `a token for ${clientId}` },
  )
  return token
}

import { Redis } from 'ioredis'
import { freePort } from './free-port.js'
import { startOwnRedis, type OwnedRedis } from './real-redis.js'
import { waitUntil } from './wait-until.js'

/** Several Redis servers that stand in for each other. */
export interface RedisGroup {
  /** The address that settings name. */
  readonly url: string
  /** SIGKILL for the primary that holds this key; a replica takes its place after a second or two. */
  killPrimaryOf(key: string): Promise<void>
  stop(): Promise<void>
}

const READY_MS_MAX = 20_000
const SLOTS = 16_384

/** A primary, a replica and a sentinel that watches them under the name `main`. */
export async function startSentinelGroup(): Promise<RedisGroup> {
  const primary = await startOwnRedis()
  const replica = await startOwnRedis(['--replicaof', '127.0.0.1', portOf(primary)])
  await withClient(replica, async (client) => {
    await waitUntil(async () => (await client.info('replication')).includes('master_link_status:up'), {
      withinMs: READY_MS_MAX,
      what: 'the replica being in step',
    })
  })
  const sentinel = await startOwnRedis(['--watch', 'main', portOf(primary)])
  await withClient(sentinel, async (client) => {
    await waitUntil(async () => [await client.call('SENTINEL', 'REPLICAS', 'main')].flat().length === 1, {
      withinMs: READY_MS_MAX,
      what: 'the sentinel knowing the replica',
    })
  })
  return {
    url: `redis+sentinel://127.0.0.1:${portOf(sentinel)}/main`,
    killPrimaryOf: () => Promise.resolve(killed(primary)),
    stop: () => stopAll([sentinel, replica, primary]),
  }
}

/** Three primaries with a replica each. */
export async function startRedisCluster(): Promise<RedisGroup> {
  const nodes = await Promise.all(Array.from({ length: 6 }, startClusterNode))
  const clients = nodes.map(({ url }) => new Redis(url))
  const primaries = clients.slice(0, 3)
  const part = Math.ceil(SLOTS / primaries.length)
  await Promise.all(
    primaries.map((client, at) =>
      client.call('CLUSTER', 'ADDSLOTSRANGE', at * part, Math.min(SLOTS, (at + 1) * part) - 1),
    ),
  )
  for (const node of nodes.slice(1))
    await clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', portOf(node), clusterPorts.get(node) ?? 0)
  await all(clients, async (client) => (await client.cluster('INFO')).includes('cluster_known_nodes:6'))
  const ids = await Promise.all(primaries.map((client) => client.cluster('MYID')))
  await Promise.all(clients.slice(3).map((client, at) => client.call('CLUSTER', 'REPLICATE', ids[at] ?? '')))
  await all(clients, async (client) => (await client.cluster('INFO')).includes('cluster_state:ok'))
  await all(clients.slice(3), async (client) => (await client.info('replication')).includes('master_link_status:up'))
  return {
    url: `redis+cluster://${nodes.map((node) => `127.0.0.1:${portOf(node)}`).join(',')}`,
    async killPrimaryOf(key) {
      const slot = Number(await clients[0]?.cluster('KEYSLOT', key))
      const node = nodes[Math.floor(slot / part)]
      clients.forEach((client) => client.disconnect())
      if (node !== undefined) killed(node)
    },
    async stop() {
      clients.forEach((client) => client.disconnect())
      await stopAll(nodes)
    },
  }
}

const clusterPorts = new WeakMap<OwnedRedis, number>()

async function startClusterNode(): Promise<OwnedRedis> {
  // Its default is the port plus 10,000, which may be none.
  const busPort = await freePort()
  const node = await startOwnRedis([
    ...['--cluster-enabled', 'yes', '--cluster-port', String(busPort)],
    ...['--cluster-node-timeout', '1000', '--cluster-replica-validity-factor', '0'],
  ])
  clusterPorts.set(node, busPort)
  return node
}

const all = (clients: readonly Redis[], holds: (client: Redis) => Promise<boolean>): Promise<void> =>
  waitUntil(async () => (await Promise.all(clients.map(holds))).every(Boolean), {
    withinMs: READY_MS_MAX,
    what: 'the cluster being whole',
  })

async function withClient(server: OwnedRedis, act: (client: Redis) => Promise<void>): Promise<void> {
  const client = new Redis(server.url)
  try {
    await act(client)
  } finally {
    client.disconnect()
  }
}

const portOf = ({ url }: OwnedRedis): string => new URL(url).port

function killed({ pid }: OwnedRedis): void {
  if (pid !== undefined) process.kill(pid, 'SIGKILL')
}

async function stopAll(servers: readonly OwnedRedis[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()))
}

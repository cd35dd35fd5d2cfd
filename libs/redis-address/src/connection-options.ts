import { redisAddress, type RedisAddress, type RedisNode } from './redis-address.js'

/** What a driver needs to reach one primary, in ioredis' words, which are BullMQ's too. */
export interface PrimaryOptions {
  host?: string
  port?: number
  sentinels?: RedisNode[]
  name?: string
  db?: number
  username?: string
  password?: string
  tls?: object
  reconnectOnError?: (error: Error) => boolean
}

/**
 * How to reach the one primary of a single Redis, or of one that sentinels watch. After a failover the old primary refuses writes: the
 * connection is then made anew, to the new one. Throws for a cluster, which has no one primary.
 */
export function primaryOptions(url: string): PrimaryOptions {
  const address = redisAddress(url)
  if (address.kind === 'cluster') throw new Error('a Redis Cluster has no one primary')
  const where =
    address.kind === 'single'
      ? { host: address.node.host, port: address.node.port }
      : { sentinels: [...address.sentinels], name: address.name }
  return {
    ...where,
    ...(address.db === 0 ? {} : { db: address.db }),
    ...accessOptions(address),
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  }
}

/** User, password and TLS, for each node of whatever form. */
export function accessOptions({
  username,
  password,
  tls,
}: Pick<RedisAddress, 'username' | 'password' | 'tls'>): Pick<PrimaryOptions, 'username' | 'password' | 'tls'> {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
  }
}

export interface RedisNode {
  readonly host: string
  readonly port: number
}

interface Access {
  readonly username: string | undefined
  readonly password: string | undefined
  readonly tls: boolean
}

/** Where Redis is, and in which of its three forms. */
export type RedisAddress =
  | (Access & { readonly kind: 'single'; readonly node: RedisNode; readonly db: number })
  | (Access & {
      readonly kind: 'sentinel'
      /** Any of them says where the primary is now. */
      readonly sentinels: readonly RedisNode[]
      /** Under which name they watch it. */
      readonly name: string
      readonly db: number
    })
  /** Any of the nodes tells of the others. */
  | (Access & { readonly kind: 'cluster'; readonly nodes: readonly RedisNode[] })

const REDIS_PORT = 6379
const SENTINEL_PORT = 26_379
const FORM = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:([^@/]*)@)?([^/?#]+)(?:\/([^?#]*))?$/

/**
 * Reads `redis://[user:password@]host[:port][/db]`, `redis+sentinel://[user:password@]host[:port],…/name[/db]` or
 * `redis+cluster://[user:password@]host[:port],…`; `rediss` in place of `redis` for TLS. User and password are those of Redis itself.
 * Throws an Error whose sentence never holds the address, because that holds a password.
 */
export function redisAddress(url: string): RedisAddress {
  const parts = FORM.exec(url.trim())
  if (parts === null)
    throw new Error('must be redis://host:port/db, redis+sentinel://host:port,…/name or redis+cluster://host:port,…')
  const [, scheme, form = 'single', secret = '', hosts = '', path = ''] = parts
  const access = { ...credentials(secret), tls: scheme === 'rediss' }
  const segments = path.split('/')
  switch (form) {
    case 'sentinel': {
      const [name = '', db = ''] = segments
      if (name === '') throw new Error('must name what the sentinels watch: redis+sentinel://host:port,…/name')
      return { kind: 'sentinel', sentinels: nodes(hosts, SENTINEL_PORT), name, db: database(db), ...access }
    }
    case 'cluster':
      if (path !== '') throw new Error('names a database, and a cluster has none')
      return { kind: 'cluster', nodes: nodes(hosts, REDIS_PORT), ...access }
    default: {
      const [node, another] = nodes(hosts, REDIS_PORT)
      if (node === undefined || another !== undefined)
        throw new Error('must name one host, or say +sentinel or +cluster')
      return { kind: 'single', node, db: database(segments[0] ?? ''), ...access }
    }
  }
}

function credentials(secret: string): Pick<Access, 'username' | 'password'> {
  const colon = secret.indexOf(':')
  const [username, password] = colon < 0 ? [secret, ''] : [secret.slice(0, colon), secret.slice(colon + 1)]
  return { username: decoded(username), password: decoded(password) }
}

function decoded(text: string): string | undefined {
  if (text === '') return undefined
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Error('has a user or password whose % is not escaped as %25')
  }
}

function nodes(hosts: string, defaultPort: number): RedisNode[] {
  return hosts.split(',').map((text) => {
    const parts = /^(\[[0-9a-fA-F:.]+\]|[^:\s[\]]+)(?::(\d{1,5}))?$/.exec(text.trim())
    const port = Number(parts?.[2] ?? defaultPort)
    if (parts === null || port < 1 || port > 65_535) throw new Error('has a host that is not host or host:port')
    return { host: (parts[1] ?? '').replace(/^\[|\]$/g, ''), port }
  })
}

function database(text: string): number {
  if (text === '') return 0
  if (!/^\d{1,4}$/.test(text)) throw new Error('has a database that is not a number')
  return Number(text)
}

import type { ControlDatabase } from '@penstock/control-store'
import { pendingRevisions } from '@penstock/migrations'

/** What the process needs; each check throws or names what is wrong. */
export interface HealthParts {
  readonly database: ControlDatabase
  /** Only when Redis is configured and used. */
  readonly pingRedis?: (() => Promise<unknown>) | undefined
}

/** The names of what is missing: postgres, migrations_not_at_head, redis, shutting_down. Empty: ready. */
export interface Health {
  missing(): Promise<readonly string[]>
  /** From now on it is not ready, so that no new requests are sent here. */
  drain(): void
}

/** A check that takes longer counts as failed. */
const CHECK_MS_MAX = 2000

export function healthOf({ database, pingRedis }: HealthParts): Health {
  let draining = false
  return {
    drain: () => {
      draining = true
    },
    async missing() {
      const [schema, redis] = await Promise.all([schemaFault(database), redisFault(pingRedis)])
      return [...schema, ...redis, ...(draining ? ['shutting_down'] : [])]
    },
  }
}

async function schemaFault(database: ControlDatabase): Promise<readonly string[]> {
  try {
    const pending = await within(database.read((tx) => pendingRevisions(tx)))
    return pending.length === 0 ? [] : ['migrations_not_at_head']
  } catch {
    return ['postgres']
  }
}

async function redisFault(ping: (() => Promise<unknown>) | undefined): Promise<readonly string[]> {
  try {
    await within(ping?.() ?? Promise.resolve())
    return []
  } catch {
    return ['redis']
  }
}

async function within<T>(check: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the check took too long')), CHECK_MS_MAX)
  })
  try {
    return await Promise.race([check, late])
  } finally {
    clearTimeout(timer)
  }
}

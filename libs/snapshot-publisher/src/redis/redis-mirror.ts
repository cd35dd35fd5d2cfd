import { canonicalJson, SNAPSHOT_REDIS, signedManifest, type SignedManifest } from '@penstock/contracts'
import { primaryOptions } from '@penstock/redis-address'
import { Redis } from 'ioredis'
import { reasonOf, type ReportFact } from '../feed/facts.js'
import type { SqlSession } from '../sql-session.js'
import { PUBLISH_LATEST } from './publish-latest.lua.js'
import { addedSince, bodiesInUse, completeBodies, expireBodies, expireOthers, writeBodies } from './redis-bodies.js'

/** Looks at the head between two checks that every body is there: evictions and half a flush are found within minutes. */
const OFFERS_PER_CHECK = 60

export interface RedisMirrorParts {
  readonly url: string
  readonly session: SqlSession
  readonly report: ReportFact
}

/** A copy of the snapshot in Redis, from which gateways load even while admin and its database are away. */
export interface RedisMirror {
  /**
   * Makes Redis hold this revision, in the background: bodies first, then the manifest, unless a greater one is there, then the hint. To be
   * called at every look at the head, so that a lost write, a flush or a killed admin is made good at the next one.
   */
  offer(signed: SignedManifest): void
  /** Resolves when nothing is under way. */
  settled(): Promise<void>
  close(): Promise<void>
}

export function openRedisMirror(parts: RedisMirrorParts): RedisMirror {
  return new Mirror(parts)
}

class Mirror implements RedisMirror {
  readonly #redis: Redis
  #next: SignedManifest | undefined
  #running: Promise<void> | undefined
  #failing = false
  #closed = false
  /** 0: nothing is known of the bodies in Redis, as at the start and after a failure. */
  #offersUntilCheck = 0

  constructor(private readonly parts: RedisMirrorParts) {
    this.#redis = new Redis({
      ...primaryOptions(parts.url),
      // Without a queue a command fails at once while Redis is away; the next offer tries again.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      connectTimeout: 2000,
      commandTimeout: 5000,
      retryStrategy: (attempt) => Math.min(2000, attempt * 100),
    })
    this.#redis.on('error', (error) => this.#failed(reasonOf(error)))
  }

  offer(signed: SignedManifest): void {
    if (this.#closed) return
    this.#next = signed
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined
    })
  }

  async settled(): Promise<void> {
    await this.#running
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#running
    this.#redis.disconnect()
  }

  async #work(): Promise<void> {
    for (let signed = this.#takeNext(); signed !== undefined; signed = this.#takeNext()) {
      try {
        await this.#mirror(signed)
        if (this.#failing) this.parts.report({ kind: 'redis.back' })
        this.#failing = false
      } catch (error) {
        this.#failed(reasonOf(error))
      }
    }
  }

  #takeNext(): SignedManifest | undefined {
    const next = this.#next
    this.#next = undefined
    return next
  }

  async #mirror(signed: SignedManifest): Promise<void> {
    if (this.#redis.status === 'connecting' || this.#redis.status === 'connect') await ready(this.#redis)
    const text = canonicalJson(signed)
    const there = await this.#redis.get(SNAPSHOT_REDIS.latest)
    this.#offersUntilCheck = Math.max(0, this.#offersUntilCheck - 1)
    if (there === text && this.#offersUntilCheck > 0) return
    const bodies = await this.#bringBodies(signed, there)
    const { epoch, revision } = signed.manifest
    const greater = await this.#redis.eval(
      PUBLISH_LATEST,
      1,
      SNAPSHOT_REDIS.latest,
      text,
      epoch,
      revision,
      SNAPSHOT_REDIS.hint,
    )
    if (typeof greater === 'number' && greater > 0) await this.#refused(signed, greater)
    else if (there !== text) this.parts.report({ kind: 'redis.told', epoch, revision, bodies })
  }

  /** The delta when Redis holds an earlier revision of the same life, everything that it lacks otherwise. */
  async #bringBodies({ manifest: { epoch, revision } }: SignedManifest, there: string | null): Promise<number> {
    const before = this.#offersUntilCheck > 0 ? readable(there) : undefined
    if (before?.manifest.epoch === epoch && before.manifest.revision < revision) {
      const from = before.manifest.revision
      const added = await addedSince(this.parts.session, from, revision)
      if (added !== undefined) {
        await writeBodies(this.#redis, this.parts.session, added)
        await expireBodies(this.#redis, this.parts.session, from, revision)
        return added.length
      }
    }
    const inUse = await bodiesInUse(this.parts.session, revision)
    const lacking = await completeBodies(this.#redis, this.parts.session, inUse)
    await expireOthers(this.#redis, inUse)
    this.#offersUntilCheck = OFFERS_PER_CHECK
    return lacking
  }

  /** Another admin was faster, or the database is older than what it published. The next looks at the head tell which. */
  async #refused(signed: SignedManifest, greater: number): Promise<void> {
    const rows = await this.parts.session.query('SELECT 1 FROM snapshot_head WHERE revision >= $1', [greater])
    if (Array.isArray(rows) && rows.length > 0) return
    this.parts.report({ kind: 'redis.ahead', revision: greater, databaseRevision: signed.manifest.revision })
  }

  #failed(reason: string): void {
    if (this.#closed) return
    this.#offersUntilCheck = 0
    if (!this.#failing) this.parts.report({ kind: 'redis.failed', reason })
    this.#failing = true
  }
}

function readable(text: string | null): SignedManifest | undefined {
  if (text === null) return undefined
  try {
    return signedManifest.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Resolves when the connection is ready or has failed; what is asked of it then fails by itself. */
function ready(redis: Redis): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      redis.off('ready', done).off('close', done)
      resolve()
    }
    redis.on('ready', done).on('close', done)
  })
}

import type { SignedManifest } from '@penstock/contracts'
import { AppError } from '@penstock/errors'
import type { ClientConfig } from 'pg'
import type { SqlSession } from '../sql-session.js'
import { readBodies } from '../store/read-bodies.js'
import { readHead } from '../store/head.js'
import { reasonOf, type ReportFact } from './facts.js'
import { listenForNotices } from './notice-listener.js'
import { Waiters } from './waiters.js'

/** More replicas than this do not wait at one admin; each waiting one costs a socket and a few hundred bytes. */
const WAITERS_MAX = 1000
/** How often the head is read although no notice came: the net under the notices. */
const RECONCILE_MS = 5000
/** The same while notices do not arrive. */
const RECONCILE_MS_WITHOUT_NOTICES = 500

export interface SnapshotFeedParts {
  readonly session: SqlSession
  /** Of the same database, for the connection that listens. */
  readonly connection: ClientConfig
  readonly report: ReportFact
  /** Called after every look at the head, also when nothing is new; returns at once and never throws. */
  readonly onHead?: (signed: SignedManifest) => void
}

/** What gateways are told over HTTP. */
export interface SnapshotFeed {
  /** The newest committed revision; undefined until it was read for the first time. Answers from memory, so it outlives the database. */
  current(): SignedManifest | undefined
  /**
   * The newest revision as soon as its tag differs from `tag`, at once when it does already; undefined when `waitMs` is over or the signal
   * aborts first. Throws NOT_READY while nothing was read yet, or when too many wait already.
   */
  next(tag: string | undefined, waitMs: number, signal: AbortSignal): Promise<SignedManifest | undefined>
  /** Bodies by hash; unknown ones are left out. */
  bodies(hashes: readonly string[]): Promise<Record<string, string>>
  /** Reads the head now. */
  refresh(): Promise<void>
  close(): Promise<void>
}

/** The ETag of a revision, without quotes. */
export function tagOf({ manifest }: SignedManifest): string {
  return `${manifest.epoch}.${manifest.revision}`
}

/** Starts to follow the head of the database. Does not wait for the first read; call refresh() for that. */
export function openSnapshotFeed(parts: SnapshotFeedParts): SnapshotFeed {
  return new HeadFollower(parts)
}

class HeadFollower implements SnapshotFeed {
  readonly #waiters = new Waiters(WAITERS_MAX)
  readonly #listener
  #current: SignedManifest | undefined
  #running: Promise<void> | undefined
  #again = false
  #timer: NodeJS.Timeout | undefined
  #closed = false
  #failing = false

  constructor(private readonly parts: SnapshotFeedParts) {
    this.#listener = listenForNotices({
      connection: parts.connection,
      report: parts.report,
      onNotice: () => void this.refresh(),
    })
    this.#schedule()
  }

  current(): SignedManifest | undefined {
    return this.#current
  }

  async next(tag: string | undefined, waitMs: number, signal: AbortSignal): Promise<SignedManifest | undefined> {
    const endMs = performance.now() + waitMs
    for (;;) {
      if (this.#current === undefined)
        throw new AppError('NOT_READY', 'the head of the snapshot was not read yet', RETRY_SOON)
      if (tagOf(this.#current) !== tag) return this.#current
      const outcome = await this.#waiters.wait(endMs - performance.now(), signal)
      if (outcome === 'shed')
        throw new AppError('NOT_READY', `${this.#waiters.size} gateways wait here already`, RETRY_SOON)
      if (outcome === 'time-over') return undefined
    }
  }

  bodies(hashes: readonly string[]): Promise<Record<string, string>> {
    return readBodies(this.parts.session, hashes)
  }

  /** Reads that come together become one; one that comes during a read is answered by the next read, which sees what it knew. */
  refresh(): Promise<void> {
    if (this.#running !== undefined) {
      this.#again = true
      return this.#running
    }
    this.#running = this.#readUntilQuiet().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#waiters.wakeAll('time-over')
    await this.#listener.close()
    await this.#running
  }

  async #readUntilQuiet(): Promise<void> {
    do {
      this.#again = false
      await this.#read()
    } while (this.#again && !this.#closed)
  }

  async #read(): Promise<void> {
    try {
      const { signed } = await readHead(this.parts.session)
      this.#failing = false
      if (signed === undefined) return
      this.#take(signed)
      this.parts.onHead?.(signed)
    } catch (error) {
      if (!this.#failing) this.parts.report({ kind: 'feed.failed', reason: reasonOf(error) })
      this.#failing = true
    }
  }

  #take(signed: SignedManifest): void {
    if (this.#current !== undefined && tagOf(this.#current) === tagOf(signed)) return
    this.#current = signed
    this.parts.report({ kind: 'snapshot.committed', epoch: signed.manifest.epoch, revision: signed.manifest.revision })
    this.#waiters.wakeAll('changed')
  }

  #schedule(): void {
    const delayMs = this.#listener.listening ? RECONCILE_MS : RECONCILE_MS_WITHOUT_NOTICES
    this.#timer = setTimeout(() => {
      void this.refresh().finally(() => {
        if (!this.#closed) this.#schedule()
      })
    }, delayMs)
    this.#timer.unref()
  }
}

const RETRY_SOON = { headers: { 'Retry-After': '1' } }

import type { GatewayHeartbeat, SignedManifest } from '@penstock/contracts'
import type { Observe } from '@penstock/observations'
import { pause } from '@penstock/waiting'
import { reasonOf } from '@penstock/internal-http'
import { BodiesMissing, fetchBodies, type BodySource } from './body-fetcher.js'
import type { CompileSnapshot, SnapshotRef } from './compile-port.js'
import { judgeManifest } from './judge-manifest.js'
import type { LastGoodStore } from './last-good-store.js'
import { parseEntries } from './parse-entries.js'
import { runInSlices } from './run-in-slices.js'
import { allHashes, diffShards, EMPTY_INDEX, indexShards, lackingShards, type ShardIndex } from './shard-index.js'
import type { OfferOutcome, SnapshotSource, SnapshotVersion, SourceWatcher } from './snapshot-source.js'

export interface SubscriberOptions<Snapshot> {
  /** In order of preference for bodies. */
  readonly sources: readonly SnapshotSource[]
  readonly lastGood: LastGoodStore
  readonly compile: CompileSnapshot<Snapshot>
  readonly manifestKey: Uint8Array
  readonly observe: Observe
  /** Called in the same turn in which the pointer is swapped. */
  readonly onSwap?: (snapshot: Snapshot) => void
  /** How long the sources may take at the start before the last-good file is used. */
  readonly fileAfterMs?: number
}

/** What a heartbeat tells. */
export type SubscriberState = Pick<
  GatewayHeartbeat,
  'epoch' | 'revision' | 'source' | 'persisted' | 'error' | 'entry_errors'
>

type Origin = SnapshotSource['name'] | 'file'

const FILE_AFTER_MS = 2_000
const ENTRY_ERRORS_MAX = 100
const SENTENCE_MAX = 2_000

/**
 * Keeps one compiled snapshot up to date. Calls read `ref.current`; it is replaced by one assignment and only by a snapshot that was
 * verified, fetched and compiled as a whole. Whatever goes wrong, the one before is served on.
 */
export class SnapshotSubscriber<Snapshot> {
  readonly #options: SubscriberOptions<Snapshot>
  readonly #ref: { current: Snapshot | undefined } = { current: undefined }
  readonly #stop = new AbortController()
  readonly #failing = new Set<string>()
  #index: ShardIndex = EMPTY_INDEX
  #served: (SnapshotVersion & { readonly source: Origin }) | undefined
  #entryErrors = new Map<string, string>()
  #error: string | undefined
  #persisted = true
  #line: Promise<unknown> = Promise.resolve()
  #watches: readonly Promise<void>[] = []
  #local: Promise<ReadonlyMap<string, string>> | undefined
  #onChange: () => void = () => undefined
  readonly #hurry = new AbortController()

  constructor(options: SubscriberOptions<Snapshot>) {
    this.#options = options
  }

  get ref(): SnapshotRef<Snapshot> {
    return this.#ref
  }

  /** Begins to watch all sources; the last-good file is used when none of them gives a snapshot in time. */
  start(onChange: () => void = () => undefined): void {
    this.#onChange = onChange
    this.#watches = this.#options.sources.map((source) => source.watch(this.#watcher(source), this.#stop.signal))
    void this.#startFromFile()
  }

  state(): SubscriberState {
    return {
      epoch: this.#served?.epoch ?? null,
      revision: this.#served?.revision ?? null,
      source: this.#served?.source ?? null,
      persisted: this.#persisted,
      error: this.#error?.slice(0, SENTENCE_MAX) ?? null,
      entry_errors: Object.fromEntries([...this.#entryErrors].slice(0, ENTRY_ERRORS_MAX)),
    }
  }

  /** Ends watching and frees connections; `ref` keeps what it holds. Idempotent. */
  async close(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#options.sources.map((source) => source.close()))
    await Promise.all(this.#watches)
    await this.#line
  }

  #watcher(source: SnapshotSource): SourceWatcher {
    const { observe } = this.#options
    return {
      offer: (candidate) => this.#exclusively(() => this.#consider(candidate, source)),
      failed: (reason, retryInMs) => {
        // Once per outage: a source that stays away must not fill the log.
        if (!this.#failing.has(source.name)) observe({ kind: 'source.failed', source: source.name, reason, retryInMs })
        this.#failing.add(source.name)
        if (this.#failing.size === this.#options.sources.length) this.#hurry.abort()
      },
      answered: () => {
        if (this.#failing.delete(source.name)) observe({ kind: 'source.recovered', source: source.name })
      },
    }
  }

  /** One change at a time, in the order of arrival: two never meet half-way. */
  #exclusively<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#line.then(task)
    this.#line = result.catch(() => undefined)
    return result
  }

  async #startFromFile(): Promise<void> {
    await pause(this.#options.fileAfterMs ?? FILE_AFTER_MS, this.#hurry.signal)
    await this.#exclusively(async () => {
      if (this.#served !== undefined || this.#stop.signal.aborted) return
      for await (const { file, candidate } of this.#options.lastGood.snapshots()) {
        const bodies = await this.#options.lastGood.bodies()
        this.#local = Promise.resolve(bodies)
        if ((await this.#consider(candidate, undefined)) === 'settled' && this.#ref.current !== undefined) return
        this.#options.observe({ kind: 'snapshot.last-good-corrupt', file, reason: this.#error ?? 'it was refused' })
      }
    })
  }

  /** `source` is undefined for the last-good file. */
  async #consider(candidate: unknown, source: SnapshotSource | undefined): Promise<OfferOutcome> {
    const name = source?.name ?? 'file'
    const judgement = judgeManifest(candidate, {
      key: this.#options.manifestKey,
      served: this.#served,
      mayChangeEpoch: source?.mayChangeEpoch ?? true,
    })
    if (judgement.kind === 'known') {
      this.#report(undefined)
      return 'settled'
    }
    if (judgement.kind === 'refuse') return this.#refuse(name, judgement.reason)
    try {
      await this.#apply(judgement.signed, source)
      return 'settled'
    } catch (error) {
      this.#refuse(name, reasonOf(error))
      return error instanceof BodiesMissing ? 'again' : 'settled'
    }
  }

  #refuse(source: Origin, reason: string): 'settled' {
    if (this.#error !== reason) this.#options.observe({ kind: 'snapshot.refused', source, reason })
    this.#report(reason)
    return 'settled'
  }

  #report(error: string | undefined): void {
    const changed = this.#error !== error
    this.#error = error
    if (changed) this.#onChange()
  }

  async #apply(signed: SignedManifest, source: SnapshotSource | undefined): Promise<void> {
    const startedMs = performance.now()
    const { epoch, revision } = signed.manifest
    const fetched = new Map<string, string>()
    const fetch = await this.#fetcher(source, fetched)
    const shardBodies = await fetch(lackingShards(this.#index, signed.manifest))
    const { result: index } = await runInSlices(indexShards(this.#index, signed.manifest, shardBodies))
    const { changed, removed } = diffShards(this.#index, index)
    const bodies = await fetch([...changed.values()])
    const parsed = (await runInSlices(parseEntries(changed, bodies))).result
    const change = { version: { epoch, revision }, changed: parsed.entries, removed }
    const compiled = await runInSlices(this.#options.compile(change, this.#ref.current))
    const { hashes, entries } = allHashes(index)
    if (this.#stop.signal.aborted) return
    this.#noteEntryErrors(changed, removed, new Map([...parsed.errors, ...compiled.result.entryErrors]))
    this.#ref.current = compiled.result.snapshot
    this.#index = index
    this.#served = { epoch, revision, source: source?.name ?? 'file' }
    this.#local = undefined
    this.#options.onSwap?.(compiled.result.snapshot)
    this.#options.observe({
      kind: 'snapshot.applied',
      source: source?.name ?? 'file',
      epoch,
      revision,
      changed: changed.size + removed.length,
      entries,
      durationMs: performance.now() - startedMs,
      longestSliceMs: compiled.longestSliceMs,
    })
    this.#error = undefined
    this.#onChange()
    // Behind the swap: syncing the files takes longer than all that was before. Whoever dies in between starts from the file before.
    if (source !== undefined) this.#notePersisted(await this.#persist(signed, hashes, fetch))
  }

  /** Bodies that were fetched for this change once are not fetched again; before the first snapshot, the disk is asked first. */
  async #fetcher(source: SnapshotSource | undefined, fetched: Map<string, string>) {
    const local = this.#served === undefined ? await (this.#local ??= this.#readLocal()) : undefined
    const { sources } = this.#options
    const others = source === undefined ? [] : [source, ...sources.filter((other) => other !== source)]
    const ways = local === undefined ? others : [diskOf(local), ...others]
    return async (hashes: readonly string[]): Promise<ReadonlyMap<string, string>> => {
      const lacking = hashes.filter((hash) => !fetched.has(hash))
      if (lacking.length > 0) {
        for (const [hash, body] of await fetchBodies(lacking, ways, this.#stop.signal)) fetched.set(hash, body)
      }
      return fetched
    }
  }

  async #readLocal(): Promise<ReadonlyMap<string, string>> {
    for await (const _newest of this.#options.lastGood.snapshots()) return this.#options.lastGood.bodies()
    return new Map()
  }

  async #persist(
    signed: SignedManifest,
    hashes: ReadonlySet<string>,
    fetch: (hashes: readonly string[]) => Promise<ReadonlyMap<string, string>>,
  ): Promise<string | undefined> {
    try {
      await this.#options.lastGood.write(signed, hashes, async (lacking) => {
        const all = await fetch(lacking)
        return new Map(lacking.flatMap((hash) => (all.has(hash) ? [[hash, all.get(hash) ?? ''] as const] : [])))
      })
      return undefined
    } catch (error) {
      return reasonOf(error)
    }
  }

  #notePersisted(reason: string | undefined): void {
    const changed = this.#persisted !== (reason === undefined)
    this.#persisted = reason === undefined
    if (reason !== undefined) this.#options.observe({ kind: 'snapshot.not-persisted', reason })
    if (changed) this.#onChange()
  }

  #noteEntryErrors(
    changed: ReadonlyMap<string, string>,
    removed: readonly string[],
    errors: ReadonlyMap<string, string>,
  ): void {
    for (const key of changed.keys()) this.#entryErrors.delete(key)
    for (const key of removed) this.#entryErrors.delete(key)
    for (const [key, reason] of errors) {
      this.#entryErrors.set(key, reason.slice(0, SENTENCE_MAX))
      this.#options.observe({ kind: 'snapshot.entry-refused', key, reason })
    }
  }
}

function diskOf(bodies: ReadonlyMap<string, string>): BodySource {
  return { name: 'file', bodies: () => Promise.resolve(bodies) }
}

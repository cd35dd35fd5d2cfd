import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  bodyHash,
  canonicalJson,
  SHARD_COUNT,
  shardOf,
  SNAPSHOT_FORMAT,
  signManifest,
  type GroupEntry,
  type SignedManifest,
  type SnapshotEntry,
} from '@penstock/contracts'
import type { Observation } from '@penstock/observations'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EntryChange } from './compile-port.js'
import { LastGoodStore } from './last-good-store.js'
import type { OfferOutcome, SnapshotSource, SourceWatcher } from './snapshot-source.js'
import { SnapshotSubscriber } from './snapshot-subscriber.js'

const key = new Uint8Array(32).fill(7)
const EPOCH = '8c2f4f0e-9d0e-4c55-9a39-0d7d5c2b1a11'
const group = (number: number, active: boolean): GroupEntry => ({
  kind: 'group',
  id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  is_active: active,
  api_ids: [],
})

interface Built {
  readonly signed: SignedManifest
  readonly bodies: Map<string, string>
}

function build(revision: number, entries: readonly SnapshotEntry[], epoch = EPOCH): Built {
  const bodies = new Map<string, string>()
  const put = (value: unknown) => {
    const text = canonicalJson(value)
    bodies.set(bodyHash(text), text)
    return bodyHash(text)
  }
  const shards = Array.from({ length: SHARD_COUNT }, (): Record<string, string> => ({}))
  for (const entry of entries) {
    const name = `${entry.kind}:${entry.id}`
    Object.assign(shards[shardOf(name)] ?? {}, { [name]: put(entry) })
  }
  const hashes = shards.map((entries) => (Object.keys(entries).length === 0 ? null : put({ entries })))
  const manifest = { format: SNAPSHOT_FORMAT, epoch, revision, created_at: '', counts: {}, shards: hashes }
  return { signed: signManifest(manifest, key), bodies }
}

/** A source that a test drives by hand. */
class HandSource implements SnapshotSource {
  readonly bodiesByHash = new Map<string, string>()
  readonly asked: string[][] = []
  watcher: SourceWatcher | undefined

  constructor(
    readonly name: 'http' | 'redis',
    readonly mayChangeEpoch: boolean,
  ) {}

  watch(watcher: SourceWatcher, signal: AbortSignal): Promise<void> {
    this.watcher = watcher
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
  }

  async bodies(hashes: readonly string[]): Promise<ReadonlyMap<string, string>> {
    this.asked.push([...hashes])
    return new Map(
      hashes.flatMap((hash) => (this.bodiesByHash.has(hash) ? [[hash, this.bodiesByHash.get(hash) ?? '']] : [])),
    )
  }

  async offer(built: Built, withBodies = true): Promise<OfferOutcome | undefined> {
    if (withBodies) for (const [hash, body] of built.bodies) this.bodiesByHash.set(hash, body)
    return this.watcher?.offer(JSON.parse(JSON.stringify(built.signed)))
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

/** A compiled snapshot of the tests: which groups are active. One entry is refused on purpose. */
type Groups = ReadonlyMap<string, boolean>
const REFUSED = group(13, true).id

function* compileGroups(change: EntryChange, before: Groups | undefined) {
  const groups = new Map(before)
  const entryErrors = new Map<string, string>()
  for (const name of change.removed) groups.delete(name.slice('group:'.length))
  for (const entry of change.changed) {
    if (entry.kind === 'group' && entry.id === REFUSED && !entry.is_active)
      entryErrors.set(`group:${entry.id}`, 'unlucky')
    else if (entry.kind === 'group') groups.set(entry.id, entry.is_active)
    yield
  }
  return { snapshot: groups, entryErrors }
}

let folder: string
let seen: Observation[]
let redis: HandSource
let http: HandSource
let subscriber: SnapshotSubscriber<Groups>
let onSwap: () => void

const open = (fileAfterMs = 10_000) => {
  redis = new HandSource('redis', false)
  http = new HandSource('http', true)
  subscriber = new SnapshotSubscriber<Groups>({
    sources: [redis, http],
    lastGood: new LastGoodStore(folder, () => undefined),
    compile: compileGroups,
    manifestKey: key,
    observe: (observation) => seen.push(observation),
    onSwap: () => onSwap(),
    fileAfterMs,
  })
  subscriber.start()
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'subscriber-'))
  seen = []
  onSwap = () => undefined
  open()
})
afterEach(async () => {
  await subscriber.close()
  rmSync(folder, { recursive: true, force: true })
})

const groups = () =>
  [...(subscriber.ref.current ?? [])].map(([id, active]) => `${Number(id.slice(-3))}${active ? '+' : '-'}`)

describe('SnapshotSubscriber', () => {
  it('applies what was added, changed and removed, and asks only for what it lacks', async () => {
    await http.offer(build(1, [group(1, true), group(2, true), group(3, true)]))
    expect(groups()).toEqual(['1+', '2+', '3+'])
    http.asked.length = 0
    await http.offer(build(2, [group(1, true), group(2, false), group(4, true)]))
    expect(groups().sort()).toEqual(['1+', '2-', '4+'])
    expect(http.asked.map((hashes) => hashes.length)).toEqual([2, 2])
  })

  it('takes bodies from the other source when the one that offered has not all of them', async () => {
    const built = build(1, [group(1, true)])
    for (const [hash, body] of built.bodies) http.bodiesByHash.set(hash, body)
    expect(await redis.offer(built, false)).toBe('settled')
    expect(groups()).toEqual(['1+'])
    expect(subscriber.state()).toMatchObject({ source: 'redis', revision: 1, error: null })
  })

  it('asks to be offered again when bodies are nowhere, and keeps what it has', async () => {
    await http.offer(build(1, [group(1, true)]))
    expect(await http.offer(build(2, [group(1, false)]), false)).toBe('again')
    expect(groups()).toEqual(['1+'])
    expect(subscriber.state().error).toContain('bodies are missing')
    expect(await http.offer(build(2, [group(1, false)]))).toBe('settled')
    expect(subscriber.state()).toMatchObject({ revision: 2, error: null })
  })

  it('takes a body from no source under a wrong hash', async () => {
    const built = build(1, [group(1, true)])
    for (const hash of built.bodies.keys()) http.bodiesByHash.set(hash, '{"entries":{}}')
    expect(await http.offer(built, false)).toBe('again')
    expect(subscriber.ref.current).toBeUndefined()
  })

  it('ends with the newest whatever the order in which both sources offer', async () => {
    const built = [1, 2, 3, 4, 5].map((revision) =>
      build(revision, [group(1, revision % 2 === 0), group(revision + 20, true)]),
    )
    const order = [2, 0, 4, 1, 3, 4, 0]
    await Promise.all(order.map((at, index) => (index % 2 === 0 ? redis : http).offer(built[at] ?? build(9, []))))
    expect(subscriber.state().revision).toBe(5)
    expect(groups()).toEqual(['1-', '25+'])
    const revisions = seen.flatMap((one) => (one.kind === 'snapshot.applied' ? [one.revision] : []))
    expect(revisions).toEqual([...revisions].sort((left, right) => left - right))
  })

  it('does not follow Redis into another epoch, but admin', async () => {
    await http.offer(build(9, [group(1, true)]))
    const other = build(1, [group(2, true)], '8c2f4f0e-9d0e-4c55-9a39-0d7d5c2b1a99')
    await redis.offer(other)
    expect(groups()).toEqual(['1+'])
    await http.offer(other)
    expect(groups()).toEqual(['2+'])
  })

  it('keeps an entry that does not compile in its old version, reports it, and forgets it when it is mended or gone', async () => {
    const name = `group:${REFUSED}`
    await http.offer(build(1, [group(13, true), group(1, true)]))
    await http.offer(build(2, [group(13, false), group(1, false)]))
    expect(groups().sort()).toEqual(['1-', '13+'])
    expect(subscriber.state().entry_errors).toEqual({ [name]: 'unlucky' })
    // A revision that does not touch the entry leaves the error standing.
    await http.offer(build(3, [group(13, false), group(1, true)]))
    expect(subscriber.state().entry_errors).toEqual({ [name]: 'unlucky' })
    await http.offer(build(4, [group(1, true)]))
    expect(subscriber.state().entry_errors).toEqual({})
    expect(groups()).toEqual(['1+'])
  })

  it('starts from the file when nobody answers in time, and then follows the sources', async () => {
    await http.offer(build(1, [group(1, true)]))
    await subscriber.close()
    open(0)
    while (subscriber.ref.current === undefined) await new Promise((resolve) => setImmediate(resolve))
    expect(subscriber.state()).toMatchObject({ source: 'file', revision: 1 })
    http.asked.length = 0
    await http.offer(build(2, [group(1, false)]))
    expect(subscriber.state()).toMatchObject({ source: 'http', revision: 2 })
    expect(groups()).toEqual(['1-'])
  })

  it('does not wait for its time when every source has failed already', async () => {
    await http.offer(build(1, [group(1, true)]))
    await subscriber.close()
    open()
    redis.watcher?.failed('refused', 1)
    http.watcher?.failed('refused', 1)
    while (subscriber.ref.current === undefined) await new Promise((resolve) => setImmediate(resolve))
    expect(subscriber.state().source).toBe('file')
  })

  it('fetches nothing over the wire at the start that the disk has', async () => {
    const built = build(1, [group(1, true), group(2, true)])
    await http.offer(built)
    await subscriber.close()
    open()
    await http.offer(built, false)
    expect(groups().sort()).toEqual(['1+', '2+'])
    expect(http.asked).toEqual([])
  })

  it('serves what is new before it writes its file, and has written it when the offer is settled', async () => {
    const atSwap: (readonly string[])[] = []
    onSwap = () => atSwap.push(readdirSync(folder))
    await http.offer(build(1, [group(1, true)]))
    expect(atSwap).toEqual([[]])
    expect(readdirSync(folder)).toContain('snapshot-0000000001.json')
  })

  it('serves on and says so when the disk does not take the file', async () => {
    await subscriber.close()
    rmSync(folder, { recursive: true, force: true })
    writeFileSync(folder, 'not a folder')
    open()
    await http.offer(build(1, [group(1, true)]))
    expect(groups()).toEqual(['1+'])
    expect(subscriber.state().persisted).toBe(false)
    expect(seen.some(({ kind }) => kind === 'snapshot.not-persisted')).toBe(true)
  })
})

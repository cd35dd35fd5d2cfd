import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { bodyHash, type SignedManifest } from '@penstock/contracts'
import { z } from 'zod'
import { decodePack, encodePack } from './body-pack.js'
import { writeDurably } from './durable-file.js'
import { runInSlices } from './run-in-slices.js'

/** A snapshot that was served once, as it stands on disk. Its manifest is verified like any other. */
export interface StoredSnapshot {
  readonly file: string
  readonly candidate: unknown
}

/** Where missing bodies come from while a snapshot is written. */
export type FetchBodies = (hashes: readonly string[]) => Promise<ReadonlyMap<string, string>>

const storedFile = z.object({ checksum: z.string(), payload: z.string() })
const storedPayload = z.object({ signed: z.unknown(), packs: z.array(z.string().regex(/^bodies-[0-9a-f-]+\.pack$/)) })

const SNAPSHOT_NAME = /^snapshot-(\d{10})\.json$/
const PACK_NAME = /^bodies-[0-9a-f-]+\.pack$/
const KEPT = 3
// A publish adds one small pack; so many make a start slow, and then they become one.
const PACKS_MAX = 48

/**
 * The last good snapshots on disk, so that a gateway can start with everything else away. A snapshot file names the packs that hold its
 * bodies; a publish writes only the bodies that are new. The three newest are kept, and a corrupt one gives way to the one before.
 */
export class LastGoodStore {
  readonly #folder: string
  readonly #onCorrupt: (file: string, reason: string) => void
  /** Packs of the newest snapshot, and what they hold. */
  #packs: string[] = []
  #held = new Set<string>()
  #sequence = 0

  constructor(folder: string, onCorrupt: (file: string, reason: string) => void) {
    this.#folder = folder
    this.#onCorrupt = onCorrupt
  }

  /** Snapshots that can be read, newest first, one at a time: the next is only read when the one before was no good. */
  async *snapshots(): AsyncGenerator<StoredSnapshot> {
    for (const file of await this.#snapshotFiles()) {
      const stored = await this.#readSnapshot(file)
      if (stored === undefined) continue
      this.#packs = [...stored.packs]
      yield { file, candidate: stored.signed }
    }
  }

  /** The bodies in the packs of the snapshot that was read last. Those whose hash does not match are reported and left out. */
  async bodies(): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>()
    for (const pack of this.#packs) {
      const content = await readFile(join(this.#folder, pack)).catch(() => undefined)
      if (content === undefined) this.#onCorrupt(pack, 'the file cannot be read')
      else if (!(await runInSlices(collect(content, found))).result)
        this.#onCorrupt(pack, 'a body does not match its hash')
    }
    this.#held = new Set(found.keys())
    return found
  }

  /**
   * Writes a snapshot that is good. `needed` are the hashes of all its bodies; those that are not on disk yet come from `fetch`.
   * Rejects when the disk does not take it; the files before stay as they are.
   */
  async write(signed: SignedManifest, needed: ReadonlySet<string>, fetch: FetchBodies): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const compact = this.#packs.length >= PACKS_MAX
    const held = compact ? new Set<string>() : this.#held
    const known = compact ? await this.bodies() : undefined
    const added = await fetchLacking(needed, held, known, fetch)
    const packs = compact ? [] : [...this.#packs]
    if (added.size > 0) packs.push(await this.#writePack(added))
    await this.#writeSnapshot({ signed, packs })
    this.#packs = packs
    for (const hash of added.keys()) held.add(hash)
    this.#held = held
    await this.#removeOld()
  }

  async #writePack(bodies: ReadonlyMap<string, string>): Promise<string> {
    const name = `bodies-${randomUUID()}.pack`
    const { result: pieces } = await runInSlices(encodePack(bodies))
    await writeDurably(join(this.#folder, name), pieces)
    return name
  }

  async #writeSnapshot(content: { readonly signed: SignedManifest; readonly packs: readonly string[] }): Promise<void> {
    const newest = SNAPSHOT_NAME.exec((await this.#snapshotFiles())[0] ?? '')?.[1]
    this.#sequence = Math.max(this.#sequence, Number(newest ?? 0)) + 1
    const payload = JSON.stringify(content)
    const name = `snapshot-${String(this.#sequence).padStart(10, '0')}.json`
    await writeDurably(join(this.#folder, name), JSON.stringify({ checksum: checksumOf(payload), payload }))
  }

  async #readSnapshot(file: string): Promise<z.output<typeof storedPayload> | undefined> {
    try {
      const { checksum, payload } = storedFile.parse(JSON.parse(await readFile(join(this.#folder, file), 'utf8')))
      if (checksum !== checksumOf(payload)) throw new Error('the checksum does not match')
      return storedPayload.parse(JSON.parse(payload))
    } catch (error) {
      this.#onCorrupt(file, error instanceof Error ? error.message : String(error))
      return undefined
    }
  }

  async #snapshotFiles(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch(() => [])
    return names
      .filter((name) => SNAPSHOT_NAME.test(name))
      .sort()
      .reverse()
  }

  /** Keeps the newest snapshots and the packs that they name; nothing here is needed, so nothing here may fail a write. */
  async #removeOld(): Promise<void> {
    const files = await this.#snapshotFiles()
    const kept = await Promise.all(files.slice(0, KEPT).map((file) => this.#readSnapshot(file)))
    const named = new Set(kept.flatMap((stored) => stored?.packs ?? []))
    const packs = (await readdir(this.#folder)).filter((name) => PACK_NAME.test(name) && !named.has(name))
    for (const name of [...files.slice(KEPT), ...packs]) await unlink(join(this.#folder, name)).catch(() => undefined)
  }
}

async function fetchLacking(
  needed: ReadonlySet<string>,
  held: ReadonlySet<string>,
  known: ReadonlyMap<string, string> | undefined,
  fetch: FetchBodies,
): Promise<ReadonlyMap<string, string>> {
  const added = new Map<string, string>()
  const lacking: string[] = []
  for (const hash of needed) {
    if (held.has(hash)) continue
    const body = known?.get(hash)
    if (body === undefined) lacking.push(hash)
    else added.set(hash, body)
  }
  if (lacking.length > 0) for (const [hash, body] of await fetch(lacking)) added.set(hash, body)
  if (lacking.some((hash) => !added.has(hash))) throw new Error('a body of the snapshot could not be fetched again')
  return added
}

/** Returns false when a body was left out because its hash does not match. */
function* collect(pack: Buffer, into: Map<string, string>): Generator<void, boolean> {
  let sound = true
  for (const [hash, body] of decodePack(pack)) {
    if (bodyHash(body) === hash) into.set(hash, body)
    else sound = false
    yield
  }
  return sound
}

function checksumOf(payload: string): string {
  return createHash('sha256').update(payload, 'utf8').digest('hex')
}

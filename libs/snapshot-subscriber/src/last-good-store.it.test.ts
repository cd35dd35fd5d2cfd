import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bodyHash, SHARD_COUNT, SNAPSHOT_FORMAT, signManifest } from '@penstock/contracts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LastGoodStore } from './last-good-store.js'

const key = new Uint8Array(32)
const signed = (revision: number) =>
  signManifest(
    {
      format: SNAPSHOT_FORMAT,
      epoch: '8c2f4f0e-9d0e-4c55-9a39-0d7d5c2b1a11',
      revision,
      created_at: '2026-01-02T03:04:05Z',
      counts: {},
      shards: Array.from({ length: SHARD_COUNT }, () => null),
    },
    key,
  )

let folder: string
let corrupt: string[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'last-good-'))
  corrupt = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = () => new LastGoodStore(folder, (file) => corrupt.push(file))
const files = (ending: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort()
/** A body with everything that a text can hold, in the version. */
const body = (version: number) => `{"v":${version},"text":"zwölf \\n €\n𝄞"}`

/** Writes a snapshot of two bodies: one that stays and one of the revision; returns what had to be fetched. */
async function write(store: LastGoodStore, revision: number): Promise<number> {
  const bodies = new Map([body(0), body(revision)].map((text) => [bodyHash(text), text]))
  let fetched = 0
  await store.write(signed(revision), new Set(bodies.keys()), async (hashes) => {
    fetched += hashes.length
    return new Map(hashes.map((hash) => [hash, bodies.get(hash) ?? '']))
  })
  return fetched
}

async function newest(store: LastGoodStore) {
  for await (const { candidate } of store.snapshots())
    return { candidate, bodies: [...(await store.bodies()).values()] }
  return undefined
}

describe('LastGoodStore', () => {
  it('gives back what was written, byte for byte, also to another process', async () => {
    await write(open(), 1)
    expect(await newest(open())).toEqual({ candidate: signed(1), bodies: [body(0), body(1)] })
  })

  it('writes only bodies that are not there yet', async () => {
    const store = open()
    expect(await write(store, 1)).toBe(2)
    expect(await write(store, 2)).toBe(1)
    const restarted = open()
    await newest(restarted)
    expect(await write(restarted, 3)).toBe(1)
  })

  it('keeps three snapshots and no pack that none of them needs, however often it is written', async () => {
    const store = open()
    for (let revision = 1; revision <= 120; revision++) await write(store, revision)
    expect(files('.json')).toHaveLength(3)
    expect(files('.pack').length).toBeLessThan(100)
    expect(files('.tmp')).toEqual([])
    const { bodies } = (await newest(open())) ?? { bodies: [] }
    expect(bodies).toContain(body(0))
    expect(bodies).toContain(body(120))
  })

  it('gives the one before when the newest is corrupt, and says which file it was', async () => {
    const store = open()
    await write(store, 1)
    await write(store, 2)
    const last = join(folder, files('.json').at(-1) ?? '')
    for (const damaged of [readFileSync(last, 'utf8').slice(0, -20), 'garbage', '']) {
      writeFileSync(last, damaged)
      expect((await newest(open()))?.candidate).toEqual(signed(1))
    }
    expect(corrupt).toHaveLength(3)
  })

  it('never gives a body under a hash that is not its own', async () => {
    await write(open(), 1)
    const pack = join(folder, files('.pack')[0] ?? '')
    const sound = readFileSync(pack)
    for (let at = 0; at < sound.length; at += 7) {
      const flipped = Buffer.from(sound)
      flipped.writeUInt8(flipped.readUInt8(at) ^ 0x11, at)
      writeFileSync(pack, flipped)
      const store = open()
      expect(await newest(store)).toBeDefined()
      for (const [hash, text] of await store.bodies()) expect(bodyHash(text)).toBe(hash)
    }
  })

  it('is nothing when there is no folder, and rejects when the folder cannot be written', async () => {
    const nowhere = new LastGoodStore(join(folder, 'none'), (file) => corrupt.push(file))
    expect(await newest(nowhere)).toBeUndefined()
    writeFileSync(join(folder, 'a-file'), '')
    await expect(write(new LastGoodStore(join(folder, 'a-file'), () => undefined), 1)).rejects.toThrow()
  })
})

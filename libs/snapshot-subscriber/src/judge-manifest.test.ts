import { SHARD_COUNT, SNAPSHOT_FORMAT, signManifest, type Manifest } from '@penstock/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeManifest } from './judge-manifest.js'

const key = new TextEncoder().encode('a key of the gateway, 32 bytes __')
const EPOCH = '8c2f4f0e-9d0e-4c55-9a39-0d7d5c2b1a11'
const OTHER = '8c2f4f0e-9d0e-4c55-9a39-0d7d5c2b1a12'
const manifest = (revision: number, changes: Partial<Manifest> = {}): Manifest => ({
  format: SNAPSHOT_FORMAT,
  epoch: EPOCH,
  revision,
  created_at: '2026-01-02T03:04:05Z',
  counts: {},
  shards: Array.from({ length: SHARD_COUNT }, () => null),
  ...changes,
})
const served = (revision: number) => ({ epoch: EPOCH, revision })
const judge = (candidate: unknown, options: Partial<Parameters<typeof judgeManifest>[1]> = {}) =>
  judgeManifest(candidate, { key, served: undefined, mayChangeEpoch: true, ...options })

describe('judgeManifest', () => {
  it('takes a manifest exactly when its revision is greater, within one epoch', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (offered, current) => {
        const { kind } = judge(signManifest(manifest(offered), key), { served: served(current) })
        expect(kind).toBe(offered > current ? 'take' : offered === current ? 'known' : 'refuse')
      }),
    )
  })

  it('takes the first that is authentic, whatever its revision, and also when it is empty', () => {
    expect(judge(signManifest(manifest(0), key)).kind).toBe('take')
  })

  it('takes another epoch from the source that has the authority alone', () => {
    const other = signManifest(manifest(1, { epoch: OTHER }), key)
    expect(judge(other, { served: served(9), mayChangeEpoch: true }).kind).toBe('take')
    expect(judge(other, { served: served(9), mayChangeEpoch: false }).kind).toBe('refuse')
  })

  it('refuses another key before it looks at anything else', () => {
    const forged = signManifest(manifest(9), new Uint8Array(32))
    expect(judge(forged, { served: served(1) })).toEqual({
      kind: 'refuse',
      reason: expect.stringContaining('not signed'),
    })
  })

  it('names a format that it does not know, even when it cannot read the rest', () => {
    expect(judge(signManifest(manifest(9, { format: 7 }), key))).toMatchObject({
      reason: expect.stringContaining('format 7'),
    })
    expect(judge({ manifest: { format: 8, tree: [] }, hmac: '' })).toMatchObject({
      reason: expect.stringContaining('format 8'),
    })
  })

  it('refuses whatever is no manifest', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => judge(value).kind === 'refuse'))
  })
})

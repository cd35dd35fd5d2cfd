import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeFrame, encodeFrame, frameCutter } from './frame.js'

const u32 = fc.nat(2 ** 32 - 1)
const frame = fc.record({
  kind: fc.nat(255),
  slot: u32,
  job: u32,
  call: u32,
  texts: fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 }),
})

it('carries frames through a stream, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      (frames, sizes) => {
        const stream = Buffer.concat(frames.map((one) => encodeFrame(one)))
        const cut = frameCutter(1_000_000)
        const got: Buffer[] = []
        for (let at = 0, n = 0; at < stream.length; n += 1) {
          const size = sizes[n % sizes.length] ?? 1
          got.push(...cut(stream.subarray(at, at + size)))
          at += size
        }
        expect(got.map((bytes) => decodeFrame(bytes))).toEqual(frames)
      },
    ),
  )
})

it('refuses a frame over its bound before it has arrived', () => {
  const head = Buffer.alloc(4)
  head.writeUInt32LE(5_000_000, 0)
  expect(() => frameCutter(1_000_000)(head)).toThrow('a frame of')
})

it('refuses frames too short for a head, and texts that run over their end', () => {
  expect(() => frameCutter(1_000_000)(Buffer.from([1, 0, 0, 0, 9]))).toThrow('a frame of')
  const bytes = encodeFrame({ kind: 1, slot: 1, job: 1, call: 1, texts: ['abc'] })
  bytes.writeUInt32LE(999, 17)
  expect(() => decodeFrame(bytes)).toThrow('over the end')
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeFrame, frameReader } from './frame.js'

describe('frames', () => {
  it('come out as they went in, wherever the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { maxLength: 8 }),
        fc.array(fc.nat(40), { minLength: 1 }),
        (messages, cuts) => {
          const bytes = Buffer.concat(messages.map(encodeFrame))
          const read = frameReader()
          const found: unknown[] = []
          for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
            const length = 1 + (cuts[turn % cuts.length] ?? 0)
            found.push(...read(bytes.subarray(at, at + length)))
            at += length
          }
          expect(found).toEqual(messages.map((message): unknown => JSON.parse(JSON.stringify(message))))
        },
      ),
    )
  })

  it('refuses a message that is too long at its head, and what is not JSON', () => {
    const long = Buffer.alloc(4)
    long.writeUInt32LE(2 ** 31)
    expect(() => frameReader()(long)).toThrow(/a message of/)
    expect(() => frameReader()(Buffer.from([1, 0, 0, 0, 33]))).toThrow(/JSON/)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameWatch } from './frame-watch.js'

const message = (code: string, bodyBytes: number): Buffer => {
  const bytes = Buffer.alloc(5 + bodyBytes, 0x44)
  bytes.write(code)
  bytes.writeUInt32BE(4 + bodyBytes, 1)
  return bytes
}

describe('FrameWatch', () => {
  it('tells of every large row and of nothing else, however the stream is cut into pieces', () => {
    const messages = fc.array(fc.record({ code: fc.constantFrom('D', 'T', 'C', 'Z'), bodyBytes: fc.nat(300) }))
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), (all, cuts) => {
        const told: number[] = []
        const watch = new FrameWatch(150, (bytes) => told.push(bytes))
        const stream = Buffer.concat(all.map(({ code, bodyBytes }) => message(code, bodyBytes)))
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const length = cuts[turn % cuts.length] ?? 1
          watch.take(stream.subarray(at, at + length))
          at += length
        }
        const large = all.filter(({ code, bodyBytes }) => code === 'D' && bodyBytes + 4 >= 150)
        expect(told).toEqual(large.map(({ bodyBytes }) => bodyBytes + 4))
      }),
    )
  })

  it('tells of a row as soon as its head is there', () => {
    const told: number[] = []
    const watch = new FrameWatch(1000, (bytes) => told.push(bytes))
    const row = message('D', 5000)
    watch.take(row.subarray(0, 3))
    expect(told).toEqual([])
    watch.take(row.subarray(3, 8))
    expect(told).toEqual([5004])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from './json.js'

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member)]),
  )
}

describe('canonicalJson', () => {
  it('gives equal text to equal values, whatever the order of their members', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => canonicalJson(value) === canonicalJson(shuffled(value))))
  })

  it('is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('leaves out members that are undefined', () => {
    expect(canonicalJson({ b: 1, a: undefined, c: { z: 1, y: [undefined, 2] } })).toBe(
      '{"b":1,"c":{"y":[null,2],"z":1}}',
    )
  })
})

import { describe, expect, it } from 'vitest'
import { bearerToken, mayCall } from './index.js'

describe('mayCall', () => {
  const groups = new Map([
    ['on', { isActive: true, apiIds: new Set(['a', 'b']) }],
    ['off', { isActive: false, apiIds: new Set(['c']) }],
  ])
  const client = (apiIds: string[], groupIds: string[]) => ({ apiIds: new Set(apiIds), groupIds })

  it('takes a direct link or an active group, and nothing else', () => {
    expect(mayCall(client(['c'], []), groups, 'c')).toBe(true)
    expect(mayCall(client([], ['on']), groups, 'b')).toBe(true)
    expect(mayCall(client([], ['off']), groups, 'c')).toBe(false)
    expect(mayCall(client([], ['gone']), groups, 'a')).toBe(false)
    expect(mayCall(client(['c'], ['on']), groups, 'd')).toBe(false)
  })
})

describe('bearerToken', () => {
  it.each([
    ['Bearer abc.def-1_2', 'abc.def-1_2'],
    ['bearer  abc', 'abc'],
    ['BEARER abc ', 'abc'],
    ['Basic abc', undefined],
    ['Bearer', undefined],
    ['Bearer ', undefined],
    ['Bearer a b', undefined],
    ['abc', undefined],
    [undefined, undefined],
  ])('of %s is %s', (header, token) => {
    expect(bearerToken(header)).toBe(token)
  })

  it('of a header that came twice is none', () => {
    expect(bearerToken(['Bearer a', 'Bearer b'])).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import { bodiesAnswer } from './internal-routes.js'
import { shardBody } from './manifest.js'
import { recordOf } from './record-of.js'

const numbers = recordOf((value): value is number => typeof value === 'number')

describe('a record', () => {
  it.each([{}, { a: 1, b: 2 }, JSON.parse('{"__proto__":1}')])('is %j', (value) => {
    expect(numbers.safeParse(value)).toEqual({ success: true, data: value })
  })

  it.each([undefined, null, 1, 'a', [1], { a: 1, b: '2' }, JSON.parse('{"__proto__":"1"}')])('is not %j', (value) => {
    expect(numbers.safeParse(value).success).toBe(false)
  })

  it('names where it is not one', () => {
    const { error } = bodiesAnswer.safeParse({ bodies: { a: 1 } })
    expect(error?.issues).toMatchObject([{ path: ['bodies'], message: expect.stringContaining('members of one form') }])
  })

  it('of a shard has hashes alone', () => {
    const hash = 'a'.repeat(64)
    expect(shardBody.safeParse({ entries: { 'api:1': hash } }).success).toBe(true)
    expect(shardBody.safeParse({ entries: { 'api:1': hash, 'api:2': hash.toUpperCase() } }).success).toBe(false)
  })
})

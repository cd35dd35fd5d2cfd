import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { camelToSnake, renameKeys, snakeToCamel } from './index.js'

describe('naming', () => {
  it.each([
    ['created_at', 'createdAt'],
    ['a_b_c', 'aBC'],
    ['address_1', 'address1'],
    ['USER_ID', 'userId'],
    ['alreadyCamel', 'alreadyCamel'],
    ['plain', 'plain'],
    ['ID', 'ID'],
    ['_lead', '_lead'],
    ['_lead_two_', '_leadTwo_'],
    ['ABC_def', 'ABC_def'],
    ['a__b', 'a__b'],
    ['__proto__', '__proto__'],
    ['', ''],
    ['___', '___'],
    ['größe_über_all', 'größeÜberAll'],
  ])('writes %j as %j', (snake, camel) => {
    expect(snakeToCamel(snake)).toBe(camel)
  })

  it.each([
    ['createdAt', 'created_at'],
    ['userID', 'user_id'],
    ['HTTPServer', 'http_server'],
    ['line2Text', 'line2_text'],
    ['created_at', 'created_at'],
    ['__proto__', '__proto__'],
    ['_leadTwo', '_lead_two'],
  ])('reads %j as %j', (camel, snake) => {
    expect(camelToSnake(camel)).toBe(snake)
  })

  const words = fc.array(fc.stringMatching(/^[a-z][a-z0-9]{1,5}$/), { minLength: 1, maxLength: 5 })

  it('brings every snake name back, and changes nothing that it has changed already', () => {
    fc.assert(
      fc.property(words, (parts) => {
        const name = parts.join('_')
        expect(camelToSnake(snakeToCamel(name))).toBe(name)
        expect(snakeToCamel(snakeToCamel(name))).toBe(snakeToCamel(name))
      }),
    )
  })

  it('of any text is stable when done twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => snakeToCamel(snakeToCamel(name)) === snakeToCamel(name)),
    )
  })
})

describe('renameKeys', () => {
  it('renames every key and nothing else, whatever the JSON', () => {
    const renamed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(renamed)
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [`${key}!`, renamed(member)]))
    }
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        expect(JSON.parse(renameKeys(text, (key) => `${key}!`))).toEqual(renamed(JSON.parse(text)))
      }),
    )
  })

  it('keeps all digits of numbers and strings that look like keys', () => {
    const text = '{"a_b": 12345678901234567890.10, "c": ["x_y", "\\"d_e\\":"]}'
    expect(renameKeys(text, snakeToCamel)).toBe('{"aB": 12345678901234567890.10, "c": ["x_y", "\\"d_e\\":"]}')
  })
})

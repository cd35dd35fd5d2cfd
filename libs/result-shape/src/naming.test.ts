import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { camelToSnake, renameKeys, snakeToCamel } from './index.js'

// Words of one letter are left out: `a_b_c` and `a_bc` would be one camel name, aBC.
const word = fc.stringMatching(/^[a-z]{2}[a-z0-9]{0,5}$/)
const snakeName = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('_'))

describe('names', () => {
  it.each([
    ['row_count', 'rowCount'],
    ['alreadyCamel', 'alreadyCamel'],
    ['ABC_def', 'ABC_def'],
    ['_lead', '_lead'],
    ['_lead_word', '_leadWord'],
    ['a_1', 'a_1'],
    ['a__b', 'a__b'],
    ['id', 'id'],
    ['__proto__', '__proto__'],
    ['', ''],
  ])('%s becomes %s', (snake, camel) => {
    expect(snakeToCamel(snake)).toBe(camel)
  })

  it.each([
    ['rowCount', 'row_count'],
    ['userID', 'user_id'],
    ['HTTPServer', 'http_server'],
    ['row_count', 'row_count'],
    ['a1B', 'a1_b'],
  ])('%s is looked up as %s', (camel, snake) => {
    expect(camelToSnake(camel)).toBe(snake)
  })

  it('lead back to themselves from snake to camel and back', () => {
    fc.assert(fc.property(snakeName, (name) => camelToSnake(snakeToCamel(name)) === name))
  })

  it('stay as they are when they are camel already', () => {
    fc.assert(fc.property(snakeName, (name) => snakeToCamel(snakeToCamel(name)) === snakeToCamel(name)))
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

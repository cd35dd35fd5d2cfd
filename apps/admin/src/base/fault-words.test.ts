import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { AppError } from '@penstock/errors'
import { parseInput } from './parse-input.js'

const body = z.strictObject({
  name: z.string().min(2).max(4),
  port: z.int().max(65_535),
  kind: z.enum(['a', 'b']),
  id: z.uuid(),
  tags: z.array(z.string()).min(1),
})
const words = (input: unknown): Record<string, string> => {
  try {
    parseInput({ body }, { params: {}, query: {}, body: input })
  } catch (error) {
    if (error instanceof AppError) {
      return Object.fromEntries((error.open.errors ?? []).map(({ field, message }) => [field, message]))
    }
  }
  return {}
}

describe('parseInput', () => {
  it('says of each missing field that it is required', () => {
    expect(words({})).toEqual({
      name: 'is required',
      port: 'is required',
      kind: 'must be one of a, b',
      id: 'is required',
      tags: 'is required',
    })
  })

  it('says of each wrong field what is expected', () => {
    expect(words({ name: 'x', port: 70_000, kind: 'c', id: 'no', tags: [], more: 1 })).toEqual({
      name: 'must have at least 2 characters',
      port: 'must be at most 65535',
      kind: 'must be one of a, b',
      id: 'must be a valid uuid',
      tags: 'must have at least 1 item',
      more: 'is not known',
    })
    expect(words({ name: 5, port: 'x', kind: 'a', id: 'no', tags: 'x' })).toMatchObject({
      name: 'must be text',
      port: 'must be a number',
      tags: 'must be a list',
    })
  })
  it('says of texts that no database can hold which field has them, however deep', () => {
    const parse = (input: object) => {
      try {
        parseInput({ body: z.looseObject({}) }, { params: {}, query: {}, body: input })
      } catch (error) {
        if (error instanceof AppError) return error.open.errors
      }
      return []
    }
    const nul = 'must not contain the character U+0000'
    expect(parse({ name: 'a\u0000b', params: [{ enum: ['x', '\u0000'] }] })).toEqual([
      { field: 'name', message: nul },
      { field: 'params[0].enum[1]', message: nul },
    ])
    expect(parse({ params: { 'a\u0000': 1 } })).toEqual([
      { field: 'params', message: `has a member whose name ${nul}` },
    ])
    expect(parse({ name: 'half \ud83d' })).toEqual([
      { field: 'name', message: 'must be valid Unicode: it holds half of a surrogate pair' },
    ])
    expect(parse({ name: 'whole \u{1f680}', ключ: ['模块', 5, null, true] })).toEqual([])
  })
})

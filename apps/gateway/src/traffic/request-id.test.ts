import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { requestIdOf } from './request-id.js'

describe('requestIdOf', () => {
  it.each(['abc', '6f9c-11', 'a:b/c.d+e=f@g_h'])('echoes %s', (id) => {
    expect(requestIdOf(id)).toBe(id)
  })

  it('makes one where there is none, where there are several, and where it cannot be echoed safely', () => {
    for (const bad of [undefined, '', ['a', 'b'], 'a b', 'a\tb', 'ü', 'x'.repeat(129), '<script>', 'a"b']) {
      expect(requestIdOf(bad)).toMatch(/^[0-9a-f-]{36}$/)
    }
  })

  it('never gives what could forge a line or a header', () => {
    fc.assert(fc.property(fc.string(), (text) => /^[A-Za-z0-9._:/+=@-]{1,128}$/.test(requestIdOf(text))))
  })
})

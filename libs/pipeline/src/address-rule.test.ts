import { describe, expect, it } from 'vitest'
import { addressRule } from './address-rule.js'

const allows = (allow: string[], deny: string[], ip: string) => addressRule(allow, deny)?.(ip)

describe('addressRule', () => {
  it('is none where nothing is said', () => {
    expect(addressRule([], [])).toBeUndefined()
  })

  it.each<[string[], string[], string, boolean]>([
    [['10.0.0.0/8'], [], '10.1.2.3', true],
    [['10.0.0.0/8'], [], '11.1.2.3', false],
    [['10.0.0.0/8'], ['10.1.0.0/16'], '10.1.2.3', false],
    [['10.0.0.0/8'], ['10.1.0.0/16'], '10.2.2.3', true],
    [[], ['192.0.2.7'], '192.0.2.7', false],
    [[], ['192.0.2.7'], '192.0.2.8', true],
    [['2001:db8::/32'], [], '2001:db8:1::5', true],
    [['2001:db8::/32'], [], '2001:db9::5', false],
    [['10.0.0.0/8'], [], '::ffff:10.1.2.3', true],
    [[], ['10.0.0.0/8'], '::ffff:10.1.2.3', false],
    [['::ffff:10.0.0.1'], [], '10.0.0.1', true],
    [['0.0.0.0/0'], [], '2001:db8::1', false],
    [['::/0'], [], '10.0.0.1', false],
    [['10.0.0.0/8'], [], 'unknown', false],
    [[], ['10.0.0.0/8'], '', false],
  ])('allow %j, deny %j: a call from %s passes: %s', (allow, deny, ip, passes) => {
    expect(allows(allow, deny, ip)).toBe(passes)
  })
})

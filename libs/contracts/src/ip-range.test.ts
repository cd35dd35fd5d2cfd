import { describe, expect, it } from 'vitest'
import { ipRange } from './ip-range.js'

describe('ipRange', () => {
  it.each(['10.1.2.3', '10.0.0.0/8', '0.0.0.0/0', '2001:db8::1', '2001:db8::/32', '::/0', '::ffff:10.0.0.1'])(
    'takes %s',
    (text) => {
      expect(ipRange.safeParse(text).success).toBe(true)
    },
  )

  it.each([
    '',
    '10.1',
    '0x7f.1',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.256',
    '2001:db8::/129',
    'fe80::1%eth0',
    'localhost',
    '10.0.0.1 ,',
    '1',
  ])('refuses %s', (text) => {
    expect(ipRange.safeParse(text).success).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import { callerAddress } from './caller-address.js'

describe('callerAddress', () => {
  it.each<[string, string | undefined, string, number, string]>([
    ['does not look at the header without trusted proxies', '1.1.1.1', '10.0.0.9', 0, '10.0.0.9'],
    ['takes the entry that the only proxy wrote', '6.6.6.6, 1.1.1.1', '10.0.0.9', 1, '1.1.1.1'],
    ['takes the n-th entry from the right', '6.6.6.6, 1.1.1.1, 10.0.0.2', '10.0.0.9', 2, '1.1.1.1'],
    ['falls back on the connection when there are fewer entries', '1.1.1.1', '10.0.0.9', 2, '10.0.0.9'],
    ['falls back on the connection when the entry is no address', 'unknown', '10.0.0.9', 1, '10.0.0.9'],
    ['takes the port off', '1.1.1.1:8080', '10.0.0.9', 1, '1.1.1.1'],
    ['takes brackets and port off', '[2001:db8::1]:443', '10.0.0.9', 1, '2001:db8::1'],
    ['gives one caller one name', undefined, '::ffff:127.0.0.1', 0, '127.0.0.1'],
  ])('%s', (_name, forwarded, socket, count, expected) => {
    expect(callerAddress(forwarded, socket, count)).toBe(expected)
  })
})

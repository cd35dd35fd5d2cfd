import { createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, it } from 'vitest'

interface Digests {
  hash(algorithm: string, text: string): string
  hmac(algorithm: string, key: string, text: string): string
}
const text = readFileSync(new URL('../guest/digests.js', import.meta.url), 'utf8')
const digests = runInNewContext(text) as Digests

// Lengths around the ends of blocks are where padding goes wrong.
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.integer({ min: 100, max: 130 }).map((length) => 'a'.repeat(length)),
)

it.each(['sha256', 'sha384', 'sha512', 'sha1', 'md5'])('%s is that of node, for any text', (algorithm) => {
  fc.assert(
    fc.property(texts, (value) => {
      expect(digests.hash(algorithm, value)).toBe(createHash(algorithm).update(value, 'utf8').digest('hex'))
    }),
  )
})

it.each(['sha256', 'sha384', 'sha512'])('the HMAC with %s is that of node, for any key', (algorithm) => {
  fc.assert(
    fc.property(texts, texts, (key, value) => {
      expect(digests.hmac(algorithm, key, value)).toBe(createHmac(algorithm, key).update(value, 'utf8').digest('hex'))
    }),
    { numRuns: 50 },
  )
})

it('refuses what it does not know', () => {
  expect(() => digests.hash('sha3', 'x')).toThrow('must be one of')
  expect(() => digests.hmac('md5', 'k', 'x')).toThrow('must be one of')
  expect(() => digests.hash('sha256', 5 as never)).toThrow('only texts')
})

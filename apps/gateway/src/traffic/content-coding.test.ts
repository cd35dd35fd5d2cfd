import { expect, it } from 'vitest'
import { contentCoding } from './content-coding.js'

it.each([
  [undefined, undefined],
  ['', undefined],
  ['identity', undefined],
  ['gzip', 'gzip'],
  ['gzip, deflate, br', 'br'],
  ['br;q=0.5, gzip', 'gzip'],
  ['br;q=0, gzip;q=0', undefined],
  ['GZIP;Q=0.3', 'gzip'],
])('%j asks for %j', (accept, coding) => {
  expect(contentCoding(accept)).toBe(coding)
})

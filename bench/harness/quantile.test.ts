import { expect, it } from 'vitest'
import { quantile } from './quantile.js'

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => count - n)

it('is the value that the share does not exceed', () => {
  expect(quantile(upTo(1000), 0.99)).toBe(990)
  expect(quantile(upTo(21), 0.5)).toBe(11)
})

it('is unknown when fewer than ten lie above it', () => {
  expect(quantile(upTo(949), 0.99)).toBeUndefined()
  expect(quantile([], 0.5)).toBeUndefined()
})

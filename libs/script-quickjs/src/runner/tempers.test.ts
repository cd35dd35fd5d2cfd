import { expect, it } from 'vitest'
import { Tempers } from './tempers.js'

it('knows a program by its last run that ended by itself, and no longer after one that had to be ended', () => {
  const tempers = new Tempers()
  expect(tempers.of('a')).toBe('strange')
  tempers.ended('a', 'quick')
  expect(tempers.of('a')).toBe('quick')
  tempers.ended('a', 'slow')
  expect(tempers.of('a')).toBe('slow')
  tempers.hung('a')
  expect(tempers.of('a')).toBe('strange')
})

it('takes what was quick for slow as soon as a run takes long, and a stranger for a stranger still', () => {
  const tempers = new Tempers()
  tempers.ended('a', 'quick')
  tempers.tookLong('a')
  tempers.tookLong('b')
  expect([tempers.of('a'), tempers.of('b')]).toEqual(['slow', 'strange'])
})

it('remembers ten thousand, and forgets who ran longest ago', () => {
  const tempers = new Tempers()
  for (let n = 0; n < 10_000; n += 1) tempers.ended(`${n}`, 'quick')
  tempers.ended('0', 'quick')
  tempers.ended('one more', 'quick')
  expect([tempers.of('0'), tempers.of('1'), tempers.of('2')]).toEqual(['quick', 'strange', 'quick'])
})

import { expect, it } from 'vitest'
import { Tempers } from './tempers.js'

it('takes a program for quick after a run that was, and no longer after one that was not', () => {
  const tempers = new Tempers()
  expect(tempers.isQuick('a')).toBe(false)
  tempers.wasQuick('a')
  expect(tempers.isQuick('a')).toBe(true)
  tempers.wasSlow('a')
  expect(tempers.isQuick('a')).toBe(false)
})

it('remembers ten thousand, and forgets who ran longest ago', () => {
  const tempers = new Tempers()
  for (let n = 0; n < 10_000; n += 1) tempers.wasQuick(`${n}`)
  tempers.wasQuick('0')
  tempers.wasQuick('one more')
  expect([tempers.isQuick('0'), tempers.isQuick('1'), tempers.isQuick('2')]).toEqual([true, false, true])
})

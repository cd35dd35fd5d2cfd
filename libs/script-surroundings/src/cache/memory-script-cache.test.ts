import { expect, it } from 'vitest'
import { memoryScriptCache } from './memory-script-cache.js'

const clock = { nowMs: 0 }
const cache = (entriesMax = 100, charactersMax = 1_000) =>
  memoryScriptCache({ entriesMax, charactersMax, nowMs: () => clock.nowMs })

it('keeps a value until its time is over, and a counter with it', async () => {
  const kept = cache()
  await kept.set('a', '"x"', 100)
  expect([await kept.add('n', 2, 100), await kept.add('n', -5, 100)]).toEqual([2, -3])
  clock.nowMs += 99
  expect([await kept.get('a'), await kept.exists('n')]).toEqual(['"x"', true])
  clock.nowMs += 1
  expect([await kept.get('a'), await kept.exists('n'), await kept.add('n', 1, 100)]).toEqual([undefined, false, 1])
})

it('counts from 0 where something else is kept', async () => {
  const kept = cache()
  await kept.set('n', '"text"', 100)
  expect(await kept.add('n', 3, 100)).toBe(3)
})

it('never holds more than it may: what was used longest ago goes first', async () => {
  const kept = cache(2)
  await kept.set('a', '1', 100)
  await kept.set('b', '2', 100)
  await kept.get('a')
  await kept.set('c', '3', 100)
  expect([await kept.get('a'), await kept.get('b'), await kept.get('c')]).toEqual(['1', undefined, '3'])
  const small = cache(100, 50)
  for (let at = 0; at < 10; at += 1) await small.set(`k${at}`, 'x'.repeat(10), 100)
  expect([await small.get('k0'), await small.get('k9')]).toEqual([undefined, 'x'.repeat(10)])
  await small.set('big', 'x'.repeat(100), 100)
  expect(await small.get('big')).toBeUndefined()
  await small.delete('k9')
  expect(await small.exists('k9')).toBe(false)
})

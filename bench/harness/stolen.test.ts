import { expect, it } from 'vitest'
import { processorTime } from './stolen.js'

const STAT = 'cpu  100 20 30 800 5 0 5 40 7 3\ncpu0 50 10 15 400 2 0 3 20 4 1\nctxt 99\n'

it('reads the time of all processors and how much of it was stolen', () => {
  expect(processorTime(STAT)).toEqual({ total: 1000, stolen: 40 })
})

it('knows of nothing stolen where a system does not count it', () => {
  expect(processorTime('cpu  100 20 30 850\n')).toEqual({ total: 1000, stolen: 0 })
})

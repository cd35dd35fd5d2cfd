import { expect, it } from 'vitest'
import { compareFigures } from './compare.js'
import type { Figure } from './section.js'

const figure = (name: string, low: number, high: number, better: Figure['better'] = 'higher'): Figure => ({
  name,
  value: (low + high) / 2,
  low,
  high,
  better,
})

it('names what got worse by more than the noise of both runs, and only that', () => {
  const before = [figure('ratio', 0.9, 1.1), figure('noisy', 0.5, 1.2), figure('wait', 5, 6, 'lower')]
  const now = [figure('ratio', 0.6, 0.8), figure('noisy', 0.4, 0.6), figure('wait', 7, 9, 'lower')]
  expect(compareFigures(before, now).map((line) => line.split(':')[0])).toEqual(['worse   ratio', 'worse   wait'])
})

it('names what got better, and what was not measured', () => {
  const lines = compareFigures([figure('ratio', 0.5, 0.6), figure('gone', 1, 1)], [figure('ratio', 0.7, 0.9)])
  expect(lines.map((line) => line.split(':')[0])).toEqual(['better  ratio', 'not measured  gone'])
})

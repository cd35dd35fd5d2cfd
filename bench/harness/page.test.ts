import { expect, it } from 'vitest'
import { page, placed } from './page.js'
import type { PlacedSection } from './section.js'

const section = (order: number, id: string, cell: string, measured = '2026-01-01'): PlacedSection => ({
  ...{ order, id, measured, title: `About ${id}`, head: ['what'], rows: [[cell]], figures: [], budgets: [] },
})

it('puts what was measured anew in the place of its predecessor, and says of which days it is', () => {
  const before = [section(1, 'first', 'old'), section(2, 'second', 'kept'), section(5, 'last', 'old')]
  const now = [section(5, 'last', 'anew', '2026-01-02'), section(3, 'added', 'anew', '2026-01-02')]
  const text = page(placed(before, now))
  expect([...text.matchAll(/^## About (\w+)$/gm)].map(([, id]) => id)).toEqual(['first', 'second', 'added', 'last'])
  expect([...text.matchAll(/^\| (old|kept|anew) \|$/gm)].map(([, cell]) => cell)).toEqual([
    'old',
    'kept',
    'anew',
    'anew',
  ])
  expect(text).toContain('Measured 2026-01-01, 2026-01-02.')
})

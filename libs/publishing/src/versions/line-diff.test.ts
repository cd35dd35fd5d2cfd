import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineDiff, type DiffLine } from './line-diff.js'

const side = (lines: readonly DiffLine[], other: 'added' | 'removed'): string =>
  lines
    .filter((line) => line.kind !== other)
    .map((line) => line.text)
    .join('\n')

function longestCommon(left: readonly string[], right: readonly string[]): number {
  let row = Array.from({ length: right.length + 1 }, () => 0)
  for (const item of left) {
    const next = [0]
    right.forEach((other, at) =>
      next.push(item === other ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0)),
    )
    row = next
  }
  return row.at(-1) ?? 0
}

describe('lineDiff', () => {
  it('gives back both texts and removes and adds as few lines as possible', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 14 })
      .map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(text, text, (left, right) => {
        const lines = lineDiff(left, right)
        expect(side(lines, 'added')).toBe(left)
        expect(side(lines, 'removed')).toBe(right)
        expect(lines.filter((line) => line.kind === 'same')).toHaveLength(
          longestCommon(left.split('\n'), right.split('\n')),
        )
      }),
    )
  })

  it('numbers the lines of both sides from 1', () => {
    expect(lineDiff('a\nb\nc', 'a\nB\nc')).toEqual([
      { kind: 'same', text: 'a', left: 1, right: 1 },
      { kind: 'removed', text: 'b', left: 2 },
      { kind: 'added', text: 'B', right: 2 },
      { kind: 'same', text: 'c', left: 3, right: 3 },
    ])
  })

  it('stays quick and complete for texts that have nothing in common', () => {
    const left = Array.from({ length: 3000 }, (_, at) => `l${at}`).join('\n')
    const right = Array.from({ length: 3000 }, (_, at) => `r${at}`).join('\n')
    const lines = lineDiff(left, right)
    expect(side(lines, 'added')).toBe(left)
    expect(side(lines, 'removed')).toBe(right)
  })
})

import { describe, expect, it } from 'vitest'
import { rollbackTarget, type HistoryStep } from './rollback-target.js'

const history = (...words: string[]): HistoryStep[] =>
  words.map((word) =>
    word === 'unpublish'
      ? { action: 'unpublish', versionId: null }
      : word.startsWith('<')
        ? { action: 'rollback', versionId: word.slice(1) }
        : { action: 'publish', versionId: word },
  )

describe('rollbackTarget', () => {
  it.each<[string[], string | undefined]>([
    [[], undefined],
    [['a'], undefined],
    [['a', 'b'], 'a'],
    [['a', 'b', 'b'], 'a'],
    [['a', 'b', 'c', '<b'], 'a'],
    [['a', 'b', '<a'], undefined],
    [['a', 'b', '<a', 'c'], 'a'],
    [['a', 'b', '<z'], 'b'],
    [['a', 'b', 'unpublish'], 'b'],
    [['a', 'b', 'unpublish', '<b'], 'a'],
    [['a', 'unpublish', 'a'], undefined],
  ])('after %j it is %s', (words, expected) => {
    expect(rollbackTarget(history(...words))).toBe(expected)
  })
})

import { createContext, Script } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePattern } from './compile-pattern.js'
import { PatternRefused } from './pattern-tree.js'

/** Backtracking takes minutes for some patterns; such a pair says nothing. */
const NATIVE_TIMEOUT_MS = 50
const nativeTest = new Script('new RegExp(`^(?:${source})$`, "u").test(text)')
const nativeScope = createContext({ source: '', text: '' })

/** What the language's own expressions answer, or `undefined` when they take too long. */
function native(source: string, text: string): unknown {
  Object.assign(nativeScope, { source, text })
  try {
    return nativeTest.runInContext(nativeScope, { timeout: NATIVE_TIMEOUT_MS })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
    return undefined
  }
}

/** Patterns of the whole grammar that we take. */
const { pattern } = fc.letrec<{ pattern: string; sequence: string; term: string; atom: string }>((tie) => ({
  pattern: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('|')),
  sequence: fc.array(tie('term'), { maxLength: 4 }).map((parts) => parts.join('')),
  term: fc.oneof(
    { maxDepth: 2 },
    fc
      .tuple(tie('atom'), fc.constantFrom('', '', '*', '+', '?', '*?', '{2}', '{1,}', '{0,3}', '{1,2}?'))
      .map((parts) => parts.join('')),
    fc.constantFrom('^', '$', '\\b', '\\B'),
    fc
      .tuple(fc.constantFrom('(', '(?:'), tie('pattern'), fc.constantFrom(')', ')*', ')+', ')?', '){0,2}'))
      .map((parts) => parts.join('')),
  ),
  atom: fc.constantFrom(
    'a',
    'b',
    '1',
    '.',
    '\\d',
    '\\w',
    '\\s',
    '\\D',
    '[ab]',
    '[^a]',
    '[a-c\\d\\]-]',
    '\\.',
    '\\u0061',
    '\\x62',
    '\\u{1F600}',
    '\\uD83D\\uDE00',
    '\\p{L}',
    '\\n',
    '-',
    '😀',
    'é',
    '/',
  ),
}))
const value = fc
  .array(fc.constantFrom('a', 'b', 'c', '1', '.', '-', ' ', '\n', ']', '😀', 'é', '\ud83d', '/'), { maxLength: 8 })
  .map((parts) => parts.join(''))

describe('a compiled pattern', () => {
  it('agrees with the language’s own regular expressions on whole values', () => {
    fc.assert(
      fc.property(pattern, value, (source, text) => {
        const expected = native(source, text)
        fc.pre(expected !== undefined)
        expect(compilePattern(source)(text)).toBe(expected)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['(a+)+b', 'a'.repeat(4000)],
    ['(a|a)*b', 'a'.repeat(4000)],
    ['(a|aa)+$', 'a'.repeat(3999) + '!'],
    ['(.*)*x', 'y'.repeat(4000)],
    ['(\\w+\\s?)*!', 'word '.repeat(800)],
    ['([a-z]+)*=', 'a'.repeat(4000)],
  ])('%s, catastrophic elsewhere, takes milliseconds', (source, text) => {
    const matches = compilePattern(source)
    const started = performance.now()
    expect(matches(text)).toBe(false)
    expect(performance.now() - started).toBeLessThan(1000)
  })

  it.each([
    ['[A-Z]{2}\\d{3}', 'AB123', 'AB1234'],
    ['^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$', 'ann@example.org', 'ann@example'],
    ['(?<year>\\d{4})-\\d\\d', '2024-01', '2024-1'],
    ['', '', 'x'],
  ])('%s takes %j and not %j', (source, good, bad) => {
    expect([compilePattern(source)(good), compilePattern(source)(bad)]).toEqual([true, false])
  })

  it.each([
    '(?=a)b',
    '(?!a)b',
    '(?<=a)b',
    '(?<!a)b',
    '(a)\\1',
    '(?<n>a)\\k<n>',
    '(',
    '[z-a]',
    'a**',
    '\\',
    'x{1000}{1000}',
    '(x{50}){50}',
  ])('refuses %s with a reason', (source) => {
    expect(() => compilePattern(source)).toThrow(PatternRefused)
  })

  it('keeps nothing of one value for the next', () => {
    const matches = compilePattern('ab*')
    expect([matches('abb'), matches('b'), matches('a'), matches('ba')]).toEqual([true, false, true, false])
  })
})

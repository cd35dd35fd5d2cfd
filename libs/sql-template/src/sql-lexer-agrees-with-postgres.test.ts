import fc from 'fast-check'
import { loadModule, scanSync } from 'libpg-query'
import { beforeAll, describe, expect, it } from 'vitest'
import { postgres } from './dialects/postgres.js'
import { PLAIN, scanSql } from './sql-lexer.js'

/** What PostgreSQL's own scanner finds: where its tokens are, or nothing when a quote or comment never ends. */
function postgresTokens(text: string): readonly { start: number; text: string }[] | undefined {
  try {
    return scanSync(text).tokens.map((token) => ({ start: token.start, text: token.text }))
  } catch {
    return undefined
  }
}

const PIECES = [
  "'",
  "''",
  '"',
  'E',
  'e',
  'U&',
  'x',
  '$',
  '$$',
  '$a$',
  '$b$',
  '-',
  '--',
  '/*',
  '*/',
  '/',
  '*',
  '\\',
  ' ',
  '\n',
  'word',
  '1',
  ';',
  '(',
  ')',
  '::',
  '?',
  '<',
  '%',
  '.',
  ',',
  '\t',
]
const sqlLike = fc.array(fc.constantFrom(...PIECES), { maxLength: 16 }).map((parts) => parts.join(''))

beforeAll(loadModule)

describe('the SQL lexer agrees with PostgreSQL’s own scanner', () => {
  it('about where a bind would be a bind', () => {
    let binds = 0
    fc.assert(
      fc.property(sqlLike, (prefix) => {
        const ours = scanSql(prefix, PLAIN, postgres.lexical)
        fc.pre(ours.handWrittenBind === -1)
        const text = `${prefix} $77 `
        const isBind =
          postgresTokens(text)?.some((token) => token.start === prefix.length + 1 && token.text === '$77') ?? false
        if (ours.state.mode === 'plain' && !isBind && postgresTokens(text) === undefined) {
          // A text that PostgreSQL refuses as a whole (a bad escape, junk after a number) never gets past publishing.
          return
        }
        binds += isBind ? 1 : 0
        expect({ prefix, isBind: ours.state.mode === 'plain' }).toEqual({ prefix, isBind })
      }),
      { numRuns: 4000 },
    )
    expect(binds).toBeGreaterThan(500)
  })

  it('about where statements end', () => {
    fc.assert(
      fc.property(sqlLike, (text) => {
        const ours = scanSql(text, PLAIN, postgres.lexical)
        const tokens = postgresTokens(text)
        fc.pre(tokens !== undefined && ours.state.mode === 'plain')
        const theirs = tokens?.filter((token) => token.text === ';').map(({ start }) => start)
        const found = [...ours.classes].flatMap((charClass, index) => (charClass === ';' ? [index] : []))
        expect({ text, found }).toEqual({ text, found: theirs })
      }),
      { numRuns: 4000 },
    )
  })
})

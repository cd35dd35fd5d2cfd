import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LexicalRules } from './dialect.js'
import { postgres } from './dialects/postgres.js'
import { PLAIN, scanSql, stateKey } from './sql-lexer.js'

const scan = (text: string, rules: LexicalRules = postgres.lexical): ReturnType<typeof scanSql> =>
  scanSql(text, PLAIN, rules)

describe('scanSql on PostgreSQL', () => {
  it.each([
    ["a = 'b;c'", 'w p qqqqq'],
    ["'it''s'x", 'qqqqqqqw'],
    [`"a""b";`, 'qqqqqq;'],
    ["E'\\'' ", 'wqqqq '],
    ["e'\\\\'x", 'wqqqqw'],
    ["'\\';", 'qqq;'],
    ["nE'\\'", 'wwqqq'],
    ['a--b;\nc', 'wcccccw'],
    ['a-/*b/*c*/;*/d', 'wpcccccccccccw'],
    ["$$ ' $$;", 'qqqqqqq;'],
    ['$t$ $$ $t$;', 'qqqqqqqqqq;'],
    ['a$b$c$', 'wwwwww'],
    ['1-1', 'wpw'],
    ["a::int->>'b'", 'wppwwwpppqqq'],
    ["'a'\n 'b'", 'qqq  qqq'],
    ["E'a'\n '\\''", 'wqqq  qqqq'],
    ['größe;', 'wwwww;'],
    ['a;b', 'w;w'],
  ])('%j', (text, classes) => {
    const scanned = scan(text)
    expect(scanned.classes).toBe(classes)
    expect(scanned.state.mode).toBe('plain')
  })

  it.each([
    ["'a", 'string'],
    ['"a', 'identifier'],
    ['$x$a$y$', 'dollar'],
    ['a -- b', 'line-comment'],
    ['a /* /* */', 'block-comment'],
    ["E'\\'", 'string'],
  ])('%j leaves the reader inside', (text, mode) => {
    expect(scan(text).state.mode).toBe(mode)
  })

  it('finds binds that were written by hand, but not in words, strings or dollar quotes', () => {
    expect(scan('a = $12').handWrittenBind).toBe(4)
    for (const text of ['a$1', "'$1'", '$x$ $1 $x$', '-- $1', '"$1"']) expect(scan(text).handWrittenBind).toBe(-1)
  })

  it('reads a text in pieces as it reads it whole, wherever it is cut', () => {
    const pieces = ["'", '"', 'E', '$', '$$', '$a$', '-', '/', '*', '\\', ' ', '\n', 'a', '1', ';', "''"]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 14 }), fc.nat(), (parts, cut) => {
        const text = parts.join('')
        const at = text.length === 0 ? 0 : cut % text.length
        const whole = scan(text)
        const pair = scanSql(text.slice(at), scan(text.slice(0, at)).state, postgres.lexical)
        expect(stateKey(pair.state)).toBe(stateKey(whole.state))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('scanSql with the rules of another dialect', () => {
  const mysqlLike: LexicalRules = {
    quotes: {
      "'": { kind: 'string', backslash: true },
      '"': { kind: 'string', backslash: true },
      '`': { kind: 'identifier', backslash: false },
    },
    escapePrefixes: [],
    stringsContinue: false,
    dollarQuotes: false,
    nestedComments: false,
    returnEndsComment: false,
    hashComments: true,
    dashCommentNeedsBlank: true,
    executableComments: true,
    handWrittenBind: 'question-mark',
  }

  it.each([
    ["'\\'';", 'qqqq;'],
    ['`a``b`;', 'qqqqqq;'],
    ['a # b;\nc', 'w cccccw'],
    ['1--1', 'wppw'],
    ['1 -- 1\n2', 'w cccccw'],
    ['/* /* */;', 'cccccccc;'],
    ['$$;', 'ww;'],
  ])('%j', (text, classes) => {
    expect(scan(text, mysqlLike).classes).toBe(classes)
  })

  it('finds question marks that were written by hand', () => {
    expect(scan('a = ?', mysqlLike).handWrittenBind).toBe(4)
    expect(scan("a = '?'", mysqlLike).handWrittenBind).toBe(-1)
  })
})

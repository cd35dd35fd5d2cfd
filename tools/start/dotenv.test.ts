import { expect, it } from 'vitest'
import { parseDotenv, withDotenv } from './dotenv.mjs'

it('reads plain, quoted, exported and commented lines', () => {
  const text = [
    '# a comment',
    'PLAIN=one two ',
    'export EXPORTED = yes',
    "SINGLE='a # b $c \\n'",
    'DOUBLE="a \\"b\\"\\nc" # after',
    'COMMENTED=value # why',
    'HASH=abc#def',
    'EMPTY=',
    'not a setting',
  ].join('\r\n')
  expect(parseDotenv(text)).toEqual({
    PLAIN: 'one two',
    EXPORTED: 'yes',
    SINGLE: 'a # b $c \\n',
    DOUBLE: 'a "b"\nc',
    COMMENTED: 'value',
    HASH: 'abc#def',
    EMPTY: '',
  })
})

it('lets the environment win over the file, save where it is empty', () => {
  expect(withDotenv('no-such-file', { A: '1', B: '' })).toEqual({ A: '1' })
})

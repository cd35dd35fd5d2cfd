import { describe, expect, it } from 'vitest'
import { cutTemplate } from './lexer.js'
import { sourceText } from './source-text.js'
import { numberValue, stringValue } from './tag-tokens.js'

const cut = (text: string): unknown[] =>
  cutTemplate(sourceText(text)).map((segment) =>
    segment.kind === 'text'
      ? segment.text
      : [segment.kind, segment.offset, ...segment.tokens.slice(0, -1).map((token) => token.text)],
  )

describe('cutTemplate', () => {
  it.each([
    ['a{{ b }}c', ['a', ['output', 1, 'b'], 'c']],
    ['{% if a.b[1] %}', [['tag', 0, 'if', 'a', '.', 'b', '[', '1', ']']]],
    [
      "{{ '}}' }}{{ {'a': {}} }}",
      [
        ['output', 0, "'}}'"],
        ['output', 10, '{', "'a'", ':', '{', '}', '}'],
      ],
    ],
    ['a {#- {{ b }} -#} c', ['a', 'c']],
    ['{% raw %}{{ a }}{% endraw %}', ['{{ a }}']],
    ['{ { a } % }', ['{ { a } % }']],
    ['a\r\nb\rc\n', ['a\nb\nc']],
    ['{{ 1.5e3 // x**-2 <= 0x1F }}', [['output', 0, '1.5e3', '//', 'x', '**', '-', '2', '<=', '0x1F']]],
    ['{{ größe_1 }}', [['output', 0, 'größe_1']]],
  ])('%j', (text, segments) => {
    expect(cut(text)).toEqual(segments)
  })

  it('keeps offsets that point into the source, also where blanks were cut', () => {
    expect(cutTemplate(sourceText('a {%- if b -%}  c'))).toMatchObject([
      { offset: 0 },
      { offset: 2 },
      { text: 'c', offset: 16 },
    ])
  })
})

describe('tokens', () => {
  it.each([
    [String.raw`'a\'b'`, "a'b"],
    [String.raw`"\n\t\\"`, '\n\t\\'],
    [String.raw`'\x41é\q'`, 'Aé\\q'],
    ["''", ''],
  ])('the string %s', (text, value) => {
    expect(stringValue({ type: 'string', text, offset: 0 })).toBe(value)
  })

  it.each([
    ['1_000', 1000],
    ['0b101', 5],
    ['0o17', 15],
    ['0xff', 255],
    ['9007199254740993', { digits: '9007199254740993' }],
  ])('the integer %s', (text, value) => {
    expect(numberValue({ type: 'integer', text, offset: 0 })).toEqual(value)
  })
})

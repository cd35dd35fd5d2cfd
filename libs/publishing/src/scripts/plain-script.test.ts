import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainScript } from './plain-script.js'

const faultOf = (text: string, form: 'file' | 'macro' = 'file') => {
  const plain = plainScript(text, form)
  if (plain.ok) throw new Error('it can be read')
  return plain.fault
}
const sourceOf = (text: string, form: 'file' | 'macro' = 'file') => {
  const plain = plainScript(text, form)
  if (!plain.ok) throw new Error(plain.fault.message)
  return plain.source
}

describe('plainScript', () => {
  it('takes types out and leaves every line and column where its author wrote it', () => {
    const text = `interface Order { id: number }
export default async function (req: Req, ctx: Ctx): Promise<Order[]> {
  const rows = (await ctx.db.query('SELECT 1 AS id')) as unknown as Order[]
  return rows satisfies Order[]
}`
    const source = sourceOf(text)
    expect(source.split('\n').map(({ length }) => length)).toEqual(text.split('\n').map(({ length }) => length))
    expect(source.split('\n')[2]).toBe("  const rows = (await ctx.db.query('SELECT 1 AS id'))                      ")
    expect(source).not.toContain('interface')
  })

  it('leaves JavaScript as it is, also where TypeScript would read it in another way', () => {
    const text = 'export default ({ params: { f, a, b, c, d } }) => f(a < b, c > (d))'
    expect(sourceOf(text)).toBe(text)
  })

  it('leaves out imports of types and keeps those of values', () => {
    expect(sourceOf("import { sum, type Chain } from 'lodash-es'\nexport default (): number => sum([1])")).toMatch(
      /^import \{ sum, {11} \} from 'lodash-es'/,
    )
  })

  it.each([
    ['const a = ;', 1, 11],
    ['const a = 1\nconst b: number = ;', 2, 19],
    ['const a = 1\nconst a = 2', 2, 7],
    ['function f() {\n  return (\n', 2, 12],
    ['const a = 1\nenum B { C }', 2, 1],
  ])('names line and column, from 1, of what is wrong in %j', (text, line, column) => {
    expect(faultOf(text)).toMatchObject({ line, column })
  })

  it('says in the words of authors that only types are taken out', () => {
    expect(faultOf('enum B { C }').message).toBe('TypeScript enum is not supported: only types are taken out')
  })

  it('reads a macro as a text that only declares: it neither imports nor exports', () => {
    expect(sourceOf('function twice(n: number) { return n * 2 }', 'macro')).toBe(
      'function twice(n        ) { return n * 2 }',
    )
    expect(faultOf('export const a = 1', 'macro').line).toBe(1)
    expect(faultOf("import a from 'b'", 'macro').line).toBe(1)
  })

  it('refuses what is nested too deeply, and reads the next text', () => {
    const depth = 50_000
    expect(faultOf(`${'('.repeat(depth)}1${')'.repeat(depth)}`).message).toBe('The script is nested too deeply')
    expect(sourceOf('export default () => 1 as number')).toBe('export default () => 1          ')
  })

  it('answers for every text, and what it lets through has the lines of the author', () => {
    const piece = fc.constantFrom(
      'a',
      ': string',
      ' as any',
      '(',
      ')',
      '{',
      '}',
      '\n',
      '<',
      '>',
      '=>',
      '"',
      '`',
      '${',
      '1',
      ' ',
      'ü',
      '/',
      'const x = ',
      'type T = ',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('')
        const plain = plainScript(text, 'file')
        if (plain.ok) expect(plain.source.split('\n').length).toBe(text.split('\n').length)
        else expect(plain.fault.message).not.toBe('')
      }),
      { numRuns: 2000 },
    )
  })
})

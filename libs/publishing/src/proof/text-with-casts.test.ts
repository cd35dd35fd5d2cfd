import { compileTemplate, enumerateShapes } from '@penstock/sql-template'
import { describe, expect, it } from 'vitest'
import { textWithCasts } from './text-with-casts.js'

describe('textWithCasts', () => {
  it('casts binds and nothing that only looks like one', async () => {
    const text = `select 'é$1', "a$2", $tag$ $1 $tag$, $1, $2::int + $10 -- $1\n, $1`
    const write = await textWithCasts(text, [7, 8, 0, 0, 0, 0, 0, 0, 0, 9])
    expect(write({})).toBe(text)
    expect(write({ 7: 'int8', 9: 'date[]' })).toBe(
      `select 'é$1', "a$2", $tag$ $1 $tag$, $1::int8, $2::int + $10::date[] -- $1\n, $1::int8`,
    )
  })

  it('leaves what is no SQL as it is', async () => {
    expect((await textWithCasts(`select 'abc, $1`, [0]))({ 0: 'int8' })).toBe(`select 'abc, $1`)
  })

  it('writes what rendering with the same casts writes', async () => {
    const source = `select {{ a }}, '😀' {% if b %}, {{ b }}, {{ a }}{% endif %} from t {% where %}{% if c %}c in {{ c | in_list }}{% endif %}{% endwhere %}`
    const compiled = compileTemplate(source, { dialect: 'postgres' })
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults))
    const casts = { 0: 'int8', 2: 'numeric', 3: 'text[]' }
    const texts = (shapes: ReturnType<typeof enumerateShapes>['shapes']) =>
      shapes.flatMap(({ statements }) => statements)
    const plain = texts(enumerateShapes(compiled.program).shapes)
    const written = await Promise.all(
      plain.map(async ({ text, placeholders }) => (await textWithCasts(text, placeholders))(casts)),
    )
    expect(written).toEqual(texts(enumerateShapes(compiled.program, { casts }).shapes).map(({ text }) => text))
    expect(written.length).toBeGreaterThan(2)
  })
})

import type { Casts, PrepareOutcome } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import { describe, expect, it } from 'vitest'
import { proveShapes, type Proof, type ShapeText } from './prove-shapes.js'

const fine: PrepareOutcome = { ok: true, prepared: { paramTypes: [], fields: [] } }
const fault = (code: string, message: string, position: number): PrepareOutcome => ({
  ok: false,
  fault: { code, message, position },
})

/** Proves texts without placeholders; the data source finds them fine unless `answers` says otherwise. */
function prove(texts: readonly string[], answers: Readonly<Record<string, PrepareOutcome>> = {}): Promise<Proof> {
  return proveShapes({
    render: () => texts.map(shape),
    placeholders: [],
    prepare: async (asked) => asked.map((text) => answers[text] ?? fine),
  })
}

const shape = (text: string): ShapeText => ({
  text,
  placeholders: [],
  placeOf: (character) => ({ line: 2, column: character + 10 }),
})

describe('proveShapes', () => {
  it('reports what the data source finds wrong at its place in the template', async () => {
    const text = 'select nope from sale'
    const proof = await prove([text], { [text]: fault('42703', 'column "nope" does not exist', 8) })
    expect(proof).toMatchObject({
      proved: true,
      shapes: [],
      faults: [{ message: 'column "nope" does not exist', line: 2, column: 18 }],
    })
  })

  it('reports a fault that all shapes share once, and no more than a person reads', async () => {
    const same = ['select nope', 'select nope where true']
    const wrong = fault('42703', 'no column', 8)
    expect((await prove(same, Object.fromEntries(same.map((text) => [text, wrong])))).faults).toHaveLength(1)
    const many = Array.from({ length: 50 }, (_, n) => `select nope${n}`)
    const each = Object.fromEntries(many.map((text) => [text, fault('42703', `no ${text}`, 8)]))
    expect((await prove(many, each)).faults).toHaveLength(20)
  })

  it('refuses statements that control the transaction, which a server would prepare', async () => {
    expect(await prove(['commit'])).toMatchObject({ shapes: [], faults: [{ line: 2, column: 11 }] })
  })

  it('says of each different text whether it leaves the session clean and whether it reads', async () => {
    const texts = [
      'select lower(a) from t',
      'select lower(a) from t',
      `select set_config('a.b', 'c', false)`,
      'delete from t',
    ]
    expect((await prove(texts)).shapes).toEqual([
      { text: 'select lower(a) from t', clean: true, reads: true },
      { text: `select set_config('a.b', 'c', false)`, clean: false },
      { text: 'delete from t', clean: false, reads: false },
    ])
  })

  it('believes the server where it knows more than the parser', async () => {
    expect(await prove(['select from where dialect'])).toMatchObject({
      proved: true,
      faults: [],
      shapes: [{ text: 'select from where dialect', clean: false }],
    })
  })

  it('classifies the text with the casts that were settled, as it is sent', async () => {
    const render = (casts: Casts): readonly ShapeText[] => [
      { text: casts[0] === undefined ? 'select $1' : `select $1::${casts[0]}`, placeholders: [0] },
    ]
    const proof = await proveShapes({
      render,
      placeholders: [{ id: 0, list: false, type: 'integer' }],
      prepare: async (texts) =>
        texts.map((text) => ({
          ok: true,
          prepared: { paramTypes: [text.includes('::') ? 'int8' : 'text'], fields: [] },
        })),
    })
    expect(proof).toMatchObject({ casts: { 0: 'int8' }, shapes: [{ text: 'select $1::int8', clean: true }] })
  })

  it('leaves what cannot be prepared now unproved, without a fault', async () => {
    const prepare = (): Promise<never> => Promise.reject(new AppError('DATASOURCE_REFUSED', 'connect ECONNREFUSED'))
    expect(await proveShapes({ render: () => [shape('select 1')], placeholders: [], prepare })).toEqual({
      casts: {},
      shapes: [{ text: 'select 1', clean: true, reads: true }],
      proved: false,
      faults: [],
      unreachable: 'connect ECONNREFUSED',
    })
  })

  it('finds what is no SQL at all without a data source', async () => {
    const proof = await proveShapes({ render: () => [shape('select a fro t')], placeholders: [], prepare: undefined })
    expect(proof).toMatchObject({ proved: false, faults: [{ line: 2, column: 24 }] })
  })

  it('does not take a failure of its own for an absent data source', async () => {
    const prepare = (): Promise<never> => Promise.reject(new TypeError('broken'))
    await expect(proveShapes({ render: () => [shape('select 1')], placeholders: [], prepare })).rejects.toThrow(
      'broken',
    )
  })
})

import { describe, expect, it } from 'vitest'
import { castLadder } from './cast-ladder.js'
import type { PrepareOutcome } from './driver.js'
import { settleCasts, type Casts } from './settle-casts.js'

const text = (casts: Casts) => [
  { text: `select f($1${casts[0] === undefined ? '' : `::${casts[0]}`})`, placeholders: [0] },
]
const ok = (type: string): PrepareOutcome => ({ ok: true, prepared: { paramTypes: [type], fields: null } })
const fault = (code: string): PrepareOutcome => ({ ok: false, fault: { code, message: `${code} $1`, position: 8 } })

/** Settles one placeholder of a type against what the server says of each text; counts how often it was asked. */
async function settle(type: string | undefined, answers: Record<string, PrepareOutcome>) {
  const asked: string[] = []
  const settled = await settleCasts({
    render: text,
    placeholders: [{ id: 0, list: false, type }],
    prepare: async (texts) => {
      asked.push(...texts)
      return texts.map((each) => answers[each] ?? fault('42883'))
    },
  })
  return { casts: settled.casts, asked }
}

describe('settleCasts', () => {
  it('asks once and casts nothing when the server can tell', async () => {
    expect(await settle('integer', { 'select f($1)': ok('int4') })).toEqual({ casts: {}, asked: ['select f($1)'] })
  })

  it('takes the first cast of the ladder that prepares', async () => {
    const answers = {
      'select f($1)': fault('42P18'),
      'select f($1::int4)': ok('int4'),
      'select f($1::float8)': ok('float8'),
    }
    expect((await settle('integer', answers)).casts).toEqual({ 0: 'int4' })
  })

  it('keeps no cast when none prepares, so that the fault is told about the text as it was written', async () => {
    const { casts, asked } = await settle('integer', { 'select f($1)': fault('42725') })
    expect(casts).toEqual({})
    expect(asked).toHaveLength(1 + castLadder({ id: 0, list: false, type: 'integer' }).length)
  })

  it('does not try casts for a fault that has nothing to do with types', async () => {
    expect((await settle('integer', { 'select f($1)': fault('42703') })).asked).toHaveLength(1)
  })

  it('leaves a text as it is when nothing else is declared', async () => {
    expect((await settle(undefined, { 'select f($1)': ok('text') })).asked).toHaveLength(1)
  })
})

describe('castLadder', () => {
  it('casts lists to lists', () => {
    expect(castLadder({ id: 0, list: true, type: 'boolean' })).toEqual(['bool[]'])
  })
})

import type { PrepareOutcome } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import { describe, expect, it } from 'vitest'
import { renderStatements } from './execute-sql.js'
import { settleOnFirstUse } from './settle-on-first-use.js'
import { loadSqlUnit } from './sql-unit.js'
import { CallSignal } from './call-signal.js'
import { apiEntry } from './test/entries.js'

const unproved = () => {
  const entry = apiEntry('x', 'select {{ n }} + 1', {
    params: [{ name: 'n', location: 'query', data_type: 'integer', required: true }],
  })
  return loadSqlUnit({ ...entry.sql, proved: false, shapes: [{ text: 'select $1 + 1', clean: true, reads: true }] })
}
/** A server that cannot tell the type of a bare placeholder. */
const server = () => {
  const asked: string[] = []
  const prepare = async (texts: readonly string[]): Promise<readonly PrepareOutcome[]> => {
    asked.push(...texts)
    return texts.map((text) =>
      text.includes('::')
        ? { ok: true, prepared: { paramTypes: ['int8'], fields: [] } }
        : {
            ok: false,
            fault: { code: '42P18', message: 'could not determine data type of parameter $1', position: 8 },
          },
    )
  }
  return { asked, prepare }
}

describe('settleOnFirstUse', () => {
  it('finds the casts once for all calls that come meanwhile, and keeps the verdict of the text', async () => {
    const unit = unproved()
    const { asked, prepare } = server()
    const signal = new CallSignal()
    const units = await Promise.all([1, 2, 3].map((n) => settleOnFirstUse(unit, { n }, prepare, signal)))
    await settleOnFirstUse(unit, { n: 4 }, prepare, signal)
    for (const settled of units) {
      expect(renderStatements(settled, { n: 5 })).toEqual([{ text: 'select $1::int8 + 1', values: [5], clean: true }])
    }
    expect(asked).toEqual([...new Set(asked)])
  })

  it('asks again when the data source did not answer', async () => {
    const unit = unproved()
    const away = () => Promise.reject(new AppError('DATASOURCE_REFUSED'))
    await expect(settleOnFirstUse(unit, { n: 1 }, away, new CallSignal())).rejects.toThrow()
    const settled = await settleOnFirstUse(unit, { n: 1 }, server().prepare, new CallSignal())
    expect(settled.casts).toEqual({ 0: 'int8' })
  })

  it('leaves a proved unit alone', async () => {
    const unit = loadSqlUnit(apiEntry('x', 'select 1').sql)
    expect(await settleOnFirstUse(unit, {}, server().prepare, new CallSignal())).toBe(unit)
  })
})

import { describe, expect, it } from 'vitest'
import { coalesced, type CoalesceRules } from './coalesced.js'
import type { GroupedOutcome, GroupedRead, GroupReader, RunOptions, Statement, StatementResult } from './driver.js'

const resultOf = ({ text }: Statement): StatementResult => ({
  kind: 'rows',
  fields: [],
  rows: [[text]],
  truncated: false,
})
const answered = ({ statement }: GroupedRead): GroupedOutcome => ({ kind: 'answered', result: resultOf(statement) })
const read = (text: string, clean = true): Statement => ({ text, values: [], clean })

/** A driver whose groups end when the test says so; it writes down what it was asked. */
function scripted(outcome: (read: GroupedRead) => GroupedOutcome = answered) {
  const groups: { readonly texts: readonly string[]; readonly signal: AbortSignal; end: () => void }[] = []
  const alone: string[] = []
  const driver: GroupReader = {
    async query(statements) {
      alone.push(statements.map(({ text }) => text).join(';'))
      return statements.map(resultOf)
    },
    async *stream() {
      yield { fields: [], rows: [], truncated: false }
    },
    close: async () => undefined,
    mayGroup: ({ clean }) => clean,
    readTogether: (reads, { signal }) =>
      new Promise((resolve) => {
        const end = (): void => resolve(reads.map(outcome))
        groups.push({ texts: reads.map(({ statement }) => statement.text), signal, end })
      }),
  }
  return { driver, groups, alone }
}

let nowMs = 0
const rules: CoalesceRules = { readsMax: 3, groupsMax: 1, timeoutMs: 100, waitMsMax: 10, nowMs: () => nowMs }
const options = (changes: Partial<RunOptions> = {}): RunOptions => ({
  mode: 'read',
  signal: new AbortController().signal,
  timeoutMs: 1000,
  rowsMax: undefined,
  bytesMax: undefined,
  ...changes,
})
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('coalesced', () => {
  it('sends the reads of one turn together and gives each its own answer', async () => {
    const { driver, groups } = scripted()
    const together = coalesced(driver, rules)
    const calls = ['a', 'b'].map((text) => together.query([read(text)], options()))
    await turn()
    expect(groups.map(({ texts }) => texts)).toEqual([['a', 'b']])
    groups[0]?.end()
    expect(await Promise.all(calls)).toEqual([[resultOf(read('a'))], [resultOf(read('b'))]])
  })

  it('gathers while a group is under way, up to its bound; the others go alone', async () => {
    const { driver, groups, alone } = scripted()
    const together = coalesced(driver, rules)
    const first = together.query([read('a')], options())
    await turn()
    const more = ['b', 'c', 'd', 'e'].map((text) => together.query([read(text)], options()))
    await turn()
    expect(groups).toHaveLength(1)
    expect(alone).toEqual(['e'])
    groups[0]?.end()
    await first
    await turn()
    expect(groups[1]?.texts).toEqual(['b', 'c', 'd'])
    groups[1]?.end()
    await Promise.all(more)
  })

  it('does not wait for a group that takes long', async () => {
    const { driver, groups, alone } = scripted()
    const together = coalesced(driver, rules)
    const slow = together.query([read('a')], options())
    await turn()
    nowMs += 11
    await together.query([read('b')], options())
    expect(alone).toEqual(['b'])
    groups[0]?.end()
    await slow
  })

  it('sends alone what writes, what is several statements, what may take less time than a group, and what may not be grouped', async () => {
    const { driver, alone } = scripted()
    const together = coalesced(driver, rules)
    await together.query([read('write')], options({ mode: 'write' }))
    await together.query([read('two'), read('three')], options())
    await together.query([read('hurried')], options({ timeoutMs: 99 }))
    await together.query([read('unproved', false)], options())
    expect(alone).toEqual(['write', 'two;three', 'hurried', 'unproved'])
  })

  it('asks again alone for what a group did not answer', async () => {
    const { driver, groups, alone } = scripted(() => ({ kind: 'again' }))
    const call = coalesced(driver, rules).query([read('a')], options())
    await turn()
    groups[0]?.end()
    expect(await call).toEqual([resultOf(read('a'))])
    expect(alone).toEqual(['a'])
  })

  it('fails the call whose read failed, and no other', async () => {
    const { driver, groups } = scripted((one) =>
      one.statement.text === 'bad' ? { kind: 'failed', error: new Error('no') } : answered(one),
    )
    const together = coalesced(driver, rules)
    const good = together.query([read('good')], options())
    const bad = together.query([read('bad')], options())
    await turn()
    groups[0]?.end()
    await expect(bad).rejects.toThrow('no')
    expect(await good).toEqual([resultOf(read('good'))])
  })

  it('lets an aborted call leave at once, and stops the group when the last one has left', async () => {
    const { driver, groups } = scripted()
    const together = coalesced(driver, rules)
    const [one, two] = [new AbortController(), new AbortController()]
    const first = together.query([read('a')], options({ signal: one.signal }))
    const second = together.query([read('b')], options({ signal: two.signal }))
    await turn()
    one.abort()
    await expect(first).rejects.toMatchObject({ code: 'DATASOURCE_TIMEOUT' })
    expect(groups[0]?.signal.aborted).toBe(false)
    two.abort()
    await expect(second).rejects.toMatchObject({ code: 'DATASOURCE_TIMEOUT' })
    expect(groups[0]?.signal.aborted).toBe(true)
  })

  it('does not ask for a call that left before its group was sent', async () => {
    const { driver, groups } = scripted()
    const together = coalesced(driver, rules)
    const call = new AbortController()
    const gone = together.query([read('gone')], options({ signal: call.signal }))
    const stays = together.query([read('stays')], options())
    call.abort()
    await expect(gone).rejects.toBeDefined()
    await turn()
    expect(groups[0]?.texts).toEqual(['stays'])
    groups[0]?.end()
    await stays
  })
})

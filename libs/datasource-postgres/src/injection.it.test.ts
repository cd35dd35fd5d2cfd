import { PARAM_DATA_TYPES, type ParamDefinition } from '@penstock/contracts'
import type { BindValue, Driver } from '@penstock/datasource'
import { compileParams, type ParamsReader } from '@penstock/params'
import { canProduce, compileTemplate, render, type SqlProgram } from '@penstock/sql-template'
import { loggingPostgres, type LoggingPostgres } from '@penstock/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgres } from './open-postgres.js'
import { RESET_TEXTS, SET_LOCAL_TIMEOUT } from './session-settings.js'
import { PAYLOADS, TEMPLATES } from './test/injection-templates.js'
import { settingsOf } from '@penstock/datasource/conformance'
import { LOOK_UP } from './type-catalog.js'

// In every value, so that a value that got into a text is found there whatever else it holds.
const MARK = 'zq7w'
const MARKS = [MARK, [...MARK].reverse().join('')]
const RANDOM_VALUES = 10
const CALLS_AT_ONCE = 16

/** What the driver itself sends. */
const OWN = [
  /^begin (?:isolation level repeatable read, read only|read only|read write)$/,
  /^(?:commit|rollback)$/,
  /^set statement_timeout = \d+$/,
]
const OWN_TEXTS: ReadonlySet<string> = new Set([SET_LOCAL_TIMEOUT, LOOK_UP, ...RESET_TEXTS])

let server: LoggingPostgres
let driver: Driver

beforeAll(async () => {
  server = await loggingPostgres()
  driver = openPostgres(settingsOf(server.url, { poolSize: CALLS_AT_ONCE }))
})
afterAll(async () => {
  await driver.close()
  await server.stop()
})

interface Sent {
  readonly program: SqlProgram
  readonly texts: readonly string[]
}

/** Values as a caller's JSON body may hold them: the payloads alone and inside of lists and objects, and anything that JSON can say. */
function hostileValues(): readonly unknown[] {
  const payloads = PAYLOADS.map((payload, index) => (index % 2 === 0 ? `${MARK}${payload}` : `${payload}${MARK}`))
  const random = fc.sample(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), { numRuns: RANDOM_VALUES, seed: 7 })
  const texts = [...payloads, ...random.map((text) => `${MARK}${text}`)]
  return texts.flatMap((text, index) => {
    const nested = [
      [text],
      [text, null, [text]],
      { a: text, [text]: 1 },
      [{ a: text }],
      { combinator: '>', values: text },
    ]
    return [text, nested[index % nested.length]]
  })
}

function definition(data_type: ParamDefinition['data_type']): ParamDefinition {
  return { name: 'v', location: 'body', data_type, required: false }
}

async function call(program: SqlProgram, reader: ParamsReader, value: unknown, sent: Sent[]): Promise<void> {
  const read = reader({ query: {}, headers: {}, path: {}, body: { v: value } })
  if (!read.ok) return
  const rendered = render(program, read.values)
  if (!rendered.ok) return
  sent.push({ program, texts: rendered.statements.map(({ text }) => text) })
  const statements = rendered.statements.map(({ text, values }) => ({
    text,
    values: values as readonly BindValue[],
    // Both ways into the server: the texts of the tags and lists in a transaction, the others bare.
    clean: text.startsWith('select $1'),
  }))
  // What the database thinks of the value does not matter here.
  await driver
    .query(statements, {
      mode: text0(statements).startsWith('select') ? 'read' : 'write',
      signal: new AbortController().signal,
      timeoutMs: 5000,
      rowsMax: 10,
      bytesMax: undefined,
    })
    .catch(() => undefined)
}

/** sql_ident without a list takes plain names, quoted; whatever else is refused before anything is sent. */
const withoutNames = (text: string): string =>
  text.replace(/(?<=^select 1 as a order by )"[A-Za-z_][A-Za-z0-9_]*"$/, '')

const text0 = (statements: readonly { readonly text: string }[]): string => statements[0]?.text ?? ''

function compiled(source: string, type: ParamDefinition['data_type']): SqlProgram {
  const result = compileTemplate(source, { dialect: 'postgres', params: [{ name: 'v', type }] })
  if (!result.ok) throw new Error(`${source}: ${JSON.stringify(result.faults)}`)
  return result.program
}

async function inTurns(work: readonly (() => Promise<void>)[]): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let task = work[next++]; task !== undefined; task = work[next++]) await task()
  }
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, worker))
}

describe('values of a call', () => {
  it('never stand in a text that the server gets, through whatever filter and type they go', async () => {
    const setUp = { text: 'create table target (body text)', values: [], clean: false }
    const options = { signal: new AbortController().signal, timeoutMs: 5000, rowsMax: undefined, bytesMax: undefined }
    await driver.query([setUp], { ...options, mode: 'write' })
    const values = hostileValues()
    const sent: Sent[] = []
    const calls = TEMPLATES.flatMap((source) =>
      PARAM_DATA_TYPES.flatMap((type) => {
        const program = compiled(source, type)
        const reader = compileParams([definition(type)])
        return values.map((value) => () => call(program, reader, value, sent))
      }),
    )
    await inTurns(calls)
    const log = [...new Set(await server.log())].filter((text) => text !== setUp.text)

    // The test itself has looked: many calls were sent, through every template, and the log has what they sent.
    expect(sent.length).toBeGreaterThan(5000)
    expect(new Set(sent.map(({ program }) => program.nodes)).size).toBeGreaterThan(TEMPLATES.length)
    const texts = new Map(sent.flatMap(({ program, texts: each }) => each.map((text) => [text, program] as const)))
    expect(log.filter((text) => texts.has(text)).length).toBe(texts.size)

    const spliced = log.filter((text) => MARKS.some((mark) => withoutNames(text).toLowerCase().includes(mark)))
    expect(spliced).toEqual([])
    const strangers = log.filter((text) => {
      const program = texts.get(text)
      if (program !== undefined) return !canProduce(program, [text])
      return !OWN_TEXTS.has(text) && !OWN.some((own) => own.test(text))
    })
    expect(strangers).toEqual([])
  }, 120_000)
})

import { localAnswerCache } from '@penstock/answer-cache'
import { AppError } from '@penstock/errors'
import { describe, expect, it } from 'vitest'
import { cachedCall, type MakeAnswer } from './cached-call.js'
import { newTrace, type Call, type CallAnswer, type CallPorts, type CallSettings } from './call.js'
import { CallSignal } from './call-signal.js'
import { Refreshes } from './refreshes.js'
import { apiEntry, compiled, datasourceEntry } from './test/entries.js'

const settings: CallSettings = {
  rateLimitsEnabled: false,
  defaultRatePerMinute: 0,
  defaultConcurrent: 0,
  executionTimeoutMs: 200,
  statementTimeoutMs: 200,
  rowsMax: 100,
  bytesMax: undefined,
  keepParams: false,
}
const entry = apiEntry('kept', 'select 1', { cache: { ttl_ms: 1000, stale_ms: 5000, generation: 0 } })
const { snapshot } = compiled([datasourceEntry(), entry])
const found = snapshot.apis.get(entry.id)
if (found?.cache === undefined) throw new Error('no policy')
const [plan, policy] = [found, found.cache]

/** A process that keeps answers, whose clock is turned by hand. */
function process() {
  const clock = { nowMs: 0 }
  const refreshes = new Refreshes()
  const answers = localAnswerCache({ bytesMax: 100_000, entriesMax: 10, now: () => clock.nowMs })
  const cache = { answers, refreshes, answerBytesMax: 1000 }
  const ports: CallPorts = {
    admission: {
      admit: () => ({ kind: 'admitted', rates: [], release: () => undefined }),
      close: async () => undefined,
    },
    leaseDriver: () => {
      throw new Error('not used')
    },
    prepareTexts: async () => [],
    cache,
    cursorKey: new Uint8Array(32),
    settings,
    now: () => 0,
    monotonicMs: () => clock.nowMs,
  }
  const start = (make: MakeAnswer, headers: Record<string, string> = {}) => {
    const call: Call = {
      requestId: 'r-1',
      head: { method: 'GET', rawPath: '/kept', rawQuery: '', headers, ip: '10.0.0.1' },
      ports,
      trace: newTrace(),
      signal: new CallSignal(),
      readBody: async () => ({ kind: 'none', text: '' }),
      openStream: () => undefined,
    }
    const params = { values: {}, naming: 'as-is', format: undefined, page: undefined } as const
    return { call, answer: Promise.resolve(cachedCall(snapshot, call, { plan, params, policy, cache }, make)) }
  }
  return { clock, refreshes, start }
}

const made =
  (body: string): MakeAnswer =>
  async () => ({ body, truncated: false, rowCount: 1 })
const untilAborted: MakeAnswer = ({ signal }) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
const textOf = async (answer: Promise<CallAnswer>): Promise<string> => Buffer.from((await answer).body ?? '').toString()
const codeOf = (answer: Promise<unknown>) =>
  answer.then(
    () => 'answered',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  )

describe('cachedCall', () => {
  it('lets the next make the answer when the caller of the first goes away', async () => {
    const { start } = process()
    const first = start(untilAborted)
    const second = start(made('second'))
    first.call.signal.abort(new AppError('CALLER_GONE', 'gone'))
    expect(await codeOf(first.answer)).toBe('CALLER_GONE')
    expect(await textOf(second.answer)).toBe('second')
    expect(second.call.trace.cache).toBe('miss')
  })

  it('lets a waiting caller go when it goes away, and the one that makes the answer go on', async () => {
    const { start } = process()
    let finish: (body: string) => void = () => undefined
    const body = new Promise<string>((resolve) => (finish = resolve))
    const first = start(async () => ({ body: await body, truncated: false, rowCount: 1 }))
    const waiting = start(made('never'))
    waiting.call.signal.abort(new AppError('CALLER_GONE', 'gone'))
    expect(await codeOf(waiting.answer)).toBe('CALLER_GONE')
    finish('first')
    expect(await textOf(first.answer)).toBe('first')
  })

  it('ends at the deadline whoever waits, and fails alike for all', async () => {
    const { start } = process()
    const answers = [start(untilAborted), start(untilAborted)].map(({ answer }) => codeOf(answer))
    expect(await Promise.all(answers)).toEqual(['DATASOURCE_TIMEOUT', 'DATASOURCE_TIMEOUT'])
  })

  it('gives the old answer while a new one is made, keeps the old one when that fails, and nothing when both times are over', async () => {
    const { clock, refreshes, start } = process()
    await start(made('old')).answer
    clock.nowMs = 2500
    const stale = start(() => Promise.reject(new AppError('DATASOURCE_REFUSED', 'away')))
    expect(await stale.answer).toMatchObject({ headers: { 'X-Cache': 'STALE', Age: '2' } })
    await new Promise((resolve) => setImmediate(resolve))
    expect(refreshes.failures).toBe(1)
    expect(await textOf(start(made('new')).answer)).toBe('old')
    await new Promise((resolve) => setImmediate(resolve))
    expect(await textOf(start(made('unused')).answer)).toBe('new')
    clock.nowMs = 20_000
    expect(await start(made('newest')).answer).toMatchObject({ headers: { 'X-Cache': 'MISS' } })
  })

  it('ends what is made in the background when the process ends', async () => {
    const { clock, refreshes, start } = process()
    await start(made('old')).answer
    clock.nowMs = 1500
    await start(untilAborted).answer
    await refreshes.close(new AppError('NOT_READY', 'shutdown'))
    expect(refreshes.failures).toBe(1)
  })

  it('keeps nothing that is too big, and answers it all the same', async () => {
    const { start } = process()
    const big = 'x'.repeat(2000)
    const answer = await start(made(big)).answer
    expect([answer.headers?.['ETag'], answer.headers?.['X-Cache']]).toEqual([undefined, 'MISS'])
    expect(await textOf(start(made('other')).answer)).toBe('other')
  })

  it('answers 304 to who has the body already, also on the call that makes it', async () => {
    const { start } = process()
    const etag = (await start(made('body')).answer).headers?.['ETag'] ?? ''
    expect(await start(made('body'), { 'if-none-match': etag }).answer).toMatchObject({ status: 304 })
    expect(await process().start(made('body'), { 'if-none-match': etag }).answer).toMatchObject({ status: 304 })
  })
})

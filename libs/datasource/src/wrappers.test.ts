import { describe, expect, it, vi } from 'vitest'
import { AppError } from '@penstock/errors'
import { bounded } from './bounded.js'
import { breaker, type BreakerState } from './breaker.js'
import { deadline } from './deadline.js'
import type { Driver, RowBatch, RunOptions } from './driver.js'
import { permits } from './permits.js'

const options = (signal = new AbortController().signal): RunOptions => ({
  mode: 'read',
  signal,
  timeoutMs: 1000,
  rowsMax: undefined,
  bytesMax: undefined,
})
const statement = { text: 'select 1', values: [], clean: true }
const batch: RowBatch = { fields: [], rows: [], truncated: false }

/** A driver whose calls do what the test says; it counts how often it was asked and closed. */
function scripted(answer: (call: RunOptions) => Promise<void>): Driver & { calls: number; closed: number } {
  const driver = {
    calls: 0,
    closed: 0,
    async query(_statements: unknown, call: RunOptions) {
      driver.calls += 1
      await answer(call)
      return []
    },
    async *stream(_statement: unknown, call: RunOptions) {
      driver.calls += 1
      await answer(call)
      yield batch
      yield batch
    },
    async close() {
      driver.closed += 1
    },
  }
  return driver
}
const untilAborted = ({ signal }: RunOptions): Promise<void> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

describe('bounded', () => {
  it('holds the permit of a stream until its reader is done, also one that stops early', async () => {
    const gate = permits({ running: 1, queueSize: 0, queueWaitMsMax: 1 })
    const driver = bounded(
      scripted(async () => undefined),
      gate,
    )
    const reader = driver.stream(statement, options())[Symbol.asyncIterator]()
    await reader.next()
    expect(gate.running).toBe(1)
    await reader.return?.()
    expect(gate.running).toBe(0)
  })

  it('gives the permit back when the call fails', async () => {
    const gate = permits({ running: 1, queueSize: 0, queueWaitMsMax: 1 })
    const driver = bounded(
      scripted(() => Promise.reject(new Error('broken'))),
      gate,
    )
    await expect(driver.query([statement], options())).rejects.toThrow('broken')
    expect(gate.running).toBe(0)
  })
})

describe('deadline', () => {
  it('ends a call of which nobody hears any more, and its signal with it', async () => {
    vi.useFakeTimers()
    try {
      const failed = expect(deadline(scripted(untilAborted)).query([statement], options())).rejects.toMatchObject({
        code: 'DATASOURCE_TIMEOUT',
      })
      await vi.advanceTimersByTimeAsync(1000)
      await failed
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  it("passes the caller's own abort on with its reason", async () => {
    const caller = new AbortController()
    const failed = expect(
      deadline(scripted(untilAborted)).query([statement], options(caller.signal)),
    ).rejects.toMatchObject({
      code: 'REQUEST_TIMEOUT',
    })
    caller.abort(new AppError('REQUEST_TIMEOUT'))
    await failed
  })
})

describe('breaker', () => {
  const refused = (): Promise<void> => Promise.reject(new AppError('DATASOURCE_REFUSED'))
  function circuit(answer: () => Promise<void>) {
    const clock = { nowMs: 0 }
    const states: BreakerState[] = []
    const inner = scripted(answer)
    const driver = breaker(inner, { failuresMax: 3, openMs: 5000, nowMs: () => clock.nowMs }, (state) =>
      states.push(state),
    )
    const call = (): Promise<string> =>
      driver.query([statement], options()).then(
        () => 'ok',
        (error: AppError) => error.code,
      )
    return { inner, driver, clock, states, call }
  }

  it('stops asking after refusals in a row, and fails at once', async () => {
    const { inner, call, states } = circuit(refused)
    for (let n = 0; n < 5; n += 1) expect(await call()).toBe('DATASOURCE_REFUSED')
    expect(inner.calls).toBe(3)
    expect(states).toEqual(['open'])
  })

  it('counts refusals in a row only, and wrong statements not at all', async () => {
    let n = 0
    const { inner, call } = circuit(() => {
      n += 1
      return Promise.reject(new AppError(n % 3 === 0 ? 'STATEMENT_FAILED' : 'DATASOURCE_REFUSED'))
    })
    for (let calls = 0; calls < 12; calls += 1) await call()
    expect(inner.calls).toBe(12)
  })

  it('lets exactly one call try when its time has come, and closes when that succeeds', async () => {
    let up = false
    let settle: () => void = () => undefined
    const { inner, call, clock, states } = circuit(() =>
      up ? new Promise<void>((resolve) => (settle = resolve)) : refused(),
    )
    for (let n = 0; n < 3; n += 1) await call()
    up = true
    clock.nowMs = 4999
    expect(await call()).toBe('DATASOURCE_REFUSED')
    clock.nowMs = 5000
    const probe = call()
    expect(await call()).toBe('DATASOURCE_REFUSED')
    settle()
    expect(await probe).toBe('ok')
    expect(inner.calls).toBe(4)
    const after = call()
    settle()
    expect(await after).toBe('ok')
    expect(states).toEqual(['open', 'half-open', 'closed'])
  })

  it('opens again when the one that tries is refused', async () => {
    const { inner, call, clock } = circuit(refused)
    for (let n = 0; n < 3; n += 1) await call()
    clock.nowMs = 5000
    await call()
    await call()
    expect(inner.calls).toBe(4)
  })

  it('does not keep its place for a try that was aborted', async () => {
    let answer: () => Promise<void> = refused
    const { call, clock } = circuit(() => answer())
    for (let n = 0; n < 3; n += 1) await call()
    clock.nowMs = 5000
    answer = () => Promise.reject(new AppError('DATASOURCE_TIMEOUT'))
    expect(await call()).toBe('DATASOURCE_TIMEOUT')
    answer = async () => undefined
    expect(await call()).toBe('ok')
  })

  it('counts a stream whose first batch came as an answer', async () => {
    const { driver, inner } = circuit(async () => undefined)
    let batches = 0
    for await (const { rows } of driver.stream(statement, options())) batches += rows.length + 1
    expect([batches, inner.calls]).toEqual([2, 1])
  })
})

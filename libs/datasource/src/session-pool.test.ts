import { describe, expect, it } from 'vitest'
import { SessionPool, type PooledSession } from './session-pool.js'

class Fake implements PooledSession {
  usable = true
  idleSinceMs = 0
  constructor(readonly closed: (session: Fake) => void) {}
  close(): void {
    this.usable = false
    this.closed(this)
  }
  destroy(): void {
    this.close()
  }
}

const { signal } = new AbortController()
const SETTINGS = { poolSize: 2, closeAfterExecute: false }
const opening = () => new SessionPool<Fake>(SETTINGS, (_signal, closed) => Promise.resolve(new Fake(closed)))

describe('a pool of sessions', () => {
  it('opens as many as it may, hands the one used last out first, and lets others wait', async () => {
    const pool = opening()
    const [first, second] = [await pool.acquire(signal), await pool.acquire(signal)]
    const third = pool.acquire(signal)
    pool.release(first)
    expect(await third).toBe(first)
    pool.release(first)
    pool.release(second)
    expect([pool.takeIdle(), pool.takeIdle(), pool.takeIdle()]).toEqual([second, first, undefined])
  })

  it('gives the place of a session that is gone to whoever waits', async () => {
    const pool = opening()
    const [first] = [await pool.acquire(signal), await pool.acquire(signal)]
    const waiting = pool.acquire(signal)
    first.close()
    expect(await waiting).not.toBe(first)
  })

  it('counts a session once that fails while it is opened and tells of its end, too', async () => {
    let fails = true
    const pool = new SessionPool<Fake>({ ...SETTINGS, poolSize: 1 }, (_signal, closed) => {
      const session = new Fake(closed)
      if (!fails) return Promise.resolve(session)
      session.close()
      return Promise.reject(new Error('no'))
    })
    await expect(pool.acquire(signal)).rejects.toThrow('no')
    fails = false
    const only = await pool.acquire(signal)
    let second = false
    const waiting = pool.acquire(signal).then(() => (second = true))
    await new Promise(setImmediate)
    expect(second).toBe(false)
    pool.release(only)
    await waiting
  })

  it('closes when the last session has come back, and takes nobody any more', async () => {
    const pool = opening()
    const session = await pool.acquire(signal)
    const closing = pool.close()
    await expect(pool.acquire(signal)).rejects.toMatchObject({ code: 'DATASOURCE_REFUSED' })
    pool.release(session)
    await closing
    expect(session.usable).toBe(false)
  })

  it('lets go of who waits when the call is aborted', async () => {
    const pool = opening()
    await Promise.all([pool.acquire(signal), pool.acquire(signal)])
    const call = new AbortController()
    const waiting = pool.acquire(call.signal)
    call.abort('gone')
    await expect(waiting).rejects.toMatchObject({ code: 'DATASOURCE_TIMEOUT' })
  })
})

import type { Driver, RunOptions, Statement } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import type { Admission, AdmissionRequest } from '@penstock/limits'
import { describe, expect, it } from 'vitest'
import { newTrace, type CallBody, type CallHead, type CallSettings } from './call.js'
import { CallSignal } from './call-signal.js'
import { grantToken } from './grant-token.js'
import { runCall } from './run-call.js'
import { apiEntry, clientEntry, compiled, datasourceEntry, keyEntry } from './test/entries.js'

const settings: CallSettings = {
  rateLimitsEnabled: true,
  defaultRatePerMinute: 600,
  defaultConcurrent: 20,
  executionTimeoutMs: 1000,
  statementTimeoutMs: 30_000,
  rowsMax: 10_000,
  bytesMax: undefined,
  keepParams: true,
}
const idParam = { name: 'id', location: 'path', data_type: 'integer', required: true } as const
const privateApi = apiEntry('secret/{id}', 'select {{ id }}', { access_type: 'private', params: [idParam] })
const client = clientEntry('caller', { api_ids: [privateApi.id] })
const stranger = clientEntry('stranger')
const elsewhere = clientEntry('elsewhere', {
  api_ids: [privateApi.id],
  ip_allow: ['10.9.0.0/16'],
  ip_deny: ['10.9.9.9'],
})
const { snapshot } = compiled([
  datasourceEntry(),
  keyEntry('k1', 'client-token'),
  keyEntry('p1', 'client-secret-pepper'),
  client,
  stranger,
  elsewhere,
  privateApi,
  apiEntry('post', 'insert into t values ({{ n }})', {
    method: 'POST',
    params: [{ name: 'n', location: 'body', data_type: 'integer', required: true }],
  }),
  apiEntry('hurried', 'select 1', { timeout_ms: 5 }),
  apiEntry('orders', 'select 1'),
  apiEntry('orphan', 'select 1', { datasource_id: '00000000-0000-4000-8000-00000000dead' }),
])

const nowMs = 1_800_000_000_000
const tokenOf = async (clientId: string, ip = '10.9.0.1') => {
  const request = { clientId, clientSecret: 'open sesame', ip }
  const granted = await grantToken(snapshot, request, { nowMs, expireSeconds: 3600, tokenId: 'x' })
  return granted.accessToken
}

/** A call with everything around it played by hand; says in which order things were asked for. */
function harness(options: {
  head: Partial<CallHead>
  body?: CallBody | AppError
  admission?: Admission
  query?: (statements: readonly Statement[], options: RunOptions) => ReturnType<Driver['query']>
}) {
  const asked: string[] = []
  const requests: AdmissionRequest[] = []
  const trace = newTrace()
  const signal = new CallSignal()
  const release = () => asked.push('released')
  const driver: Driver = {
    query: async (statements, run) => {
      asked.push(`query ${run.mode}`)
      return options.query === undefined ? [{ kind: 'count', count: 1 }] : options.query(statements, run)
    },
    stream: () => {
      throw new Error('not used')
    },
    close: () => Promise.resolve(),
  }
  const run = runCall(snapshot, {
    requestId: 'r-1',
    openStream: () => undefined,
    head: { method: 'GET', rawPath: '/', rawQuery: '', headers: {}, ip: '10.0.0.1', ...options.head },
    trace,
    signal,
    readBody: async () => {
      asked.push('body')
      if (options.body instanceof AppError) throw options.body
      return options.body ?? { kind: 'none', text: '' }
    },
    ports: {
      admission: {
        admit: (request) => {
          asked.push('admit')
          requests.push(request)
          return options.admission ?? { kind: 'admitted', rates: [], release }
        },
        close: () => Promise.resolve(),
      },
      leaseDriver: () => ({ driver, release: () => asked.push('driver released') }),
      prepareTexts: () => Promise.resolve([]),
      cursorKey: new Uint8Array(32),
      settings,
      now: () => nowMs,
      monotonicMs: () => performance.now(),
    },
  })
  return { run, asked, trace, signal, requests }
}

/** A statement that never ends by itself. */
const untilAborted = (_statements: readonly Statement[], { signal }: RunOptions) =>
  new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

const codeOf = (run: Promise<unknown>): Promise<unknown> =>
  run.then(
    () => 'ok',
    (error: unknown) => (error instanceof AppError ? error.code : error),
  )
const bearer = async (name: string) => ({ authorization: `Bearer ${await tokenOf(name)}` })

describe('runCall', () => {
  it('asks for nothing before the route, the token and the grant are right', async () => {
    for (const [head, code] of [
      [{ rawPath: '/none' }, 'ROUTE_NOT_FOUND'],
      [{ rawPath: '/secret/1' }, 'TOKEN_REJECTED'],
      [{ rawPath: '/secret/1', headers: await bearer('stranger') }, 'ACCESS_DENIED'],
      [{ rawPath: '/secret/1', headers: await bearer('elsewhere') }, 'ADDRESS_DENIED'],
    ] as const) {
      const { run, asked } = harness({ head })
      expect(await codeOf(run)).toBe(code)
      expect(asked).toEqual([])
    }
  })

  it('takes the calls of a client from its addresses alone, and gives it tokens nowhere else', async () => {
    const headers = await bearer('elsewhere')
    expect(await codeOf(harness({ head: { rawPath: '/secret/1', headers, ip: '10.9.1.2' } }).run)).toBe('ok')
    expect(await codeOf(harness({ head: { rawPath: '/secret/1', headers, ip: '10.9.9.9' } }).run)).toBe(
      'ADDRESS_DENIED',
    )
    expect(await codeOf(tokenOf('elsewhere', '192.0.2.1'))).toBe('ADDRESS_DENIED')
  })

  it('reads the body only of an admitted call, and gives its place back when the body is bad', async () => {
    const refused = harness({
      head: { method: 'POST', rawPath: '/post' },
      admission: { kind: 'rate', rates: [], retryAfterMs: 1500, violated: 'api' },
    })
    expect(await codeOf(refused.run)).toBe('RATE_LIMITED')
    expect(refused.asked).toEqual(['admit'])
    const bad = harness({ head: { method: 'POST', rawPath: '/post' }, body: new AppError('BODY_TOO_LARGE') })
    expect(await codeOf(bad.run)).toBe('BODY_TOO_LARGE')
    expect(bad.asked).toEqual(['admit', 'body', 'released'])
  })

  it('looks at parameters before it asks for a driver', async () => {
    const { run, asked } = harness({ head: { rawPath: '/secret/abc', headers: await bearer('caller') } })
    expect(await codeOf(run)).toBe('PARAM_INVALID')
    expect(asked).toEqual(['admit', 'released'])
  })

  it('executes, gives everything back, and tells what it found out', async () => {
    const { run, asked, trace, requests } = harness({ head: { rawPath: '/secret/5', headers: await bearer('caller') } })
    expect((await run).body).toBe('{"success":true,"message":null,"data":[1]}')
    expect(asked).toEqual(['admit', 'query read', 'driver released', 'released'])
    expect(trace).toMatchObject({
      clientId: 'caller',
      datasource: 'warehouse',
      params: '{"id":5}',
      api: { version: 1 },
    })
    expect(requests[0]).toEqual({
      caller: `client:${client.id}`,
      concurrency: [{ key: `client:${client.id}`, limit: 20 }],
      rates: [{ name: 'default', key: `default:client:${client.id}`, limit: 600, windowMs: 60_000 }],
      whenAway: 'local',
    })
  })

  it('writes only where the method may and the template does', async () => {
    const post = harness({ head: { method: 'POST', rawPath: '/post' }, body: { kind: 'json', text: '{"n":1}' } })
    await post.run
    expect(post.asked).toContain('query write')
  })

  it('answers HEAD like GET', async () => {
    const { run } = harness({ head: { method: 'HEAD', rawPath: '/secret/5', headers: await bearer('caller') } })
    expect((await run).body).toContain('"success":true')
  })

  it('aborts at the deadline with DATASOURCE_TIMEOUT, and gives everything back', async () => {
    const { run, asked } = harness({ head: { rawPath: '/hurried' }, query: untilAborted })
    expect(await codeOf(run)).toBe('DATASOURCE_TIMEOUT')
    expect(asked.slice(-2)).toEqual(['driver released', 'released'])
  })

  it('fails with the reason of whoever aborts it, and does not execute for a caller who left before', async () => {
    const running = harness({ head: { rawPath: '/orders' }, query: untilAborted })
    running.signal.abort(new AppError('CALLER_GONE'))
    expect(await codeOf(running.run)).toBe('CALLER_GONE')
    expect(running.asked).toEqual(['admit', 'query read', 'driver released', 'released'])
    const sending = harness({ head: { method: 'POST', rawPath: '/post' }, body: { kind: 'json', text: '{"n":1}' } })
    sending.signal.abort(new AppError('CALLER_GONE'))
    expect(await codeOf(sending.run)).toBe('CALLER_GONE')
    expect(sending.asked).toEqual(['admit', 'body', 'released'])
  })

  it('says of an API whose data source is missing that it is broken', async () => {
    expect(await codeOf(harness({ head: { rawPath: '/orphan' } }).run)).toBe('API_BROKEN')
  })
})

import { accessRecord } from '@penstock/contracts'
import type { CallFinished } from '@penstock/observations'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recordJson } from './record-json.js'

const call: CallFinished = {
  kind: 'call.finished',
  atMs: Date.parse('2026-01-02T03:04:05.006Z'),
  requestId: 'r1',
  method: 'GET',
  path: '/api/x',
  status: 200,
  code: undefined,
  durationMs: 1.23456,
  executionMs: 1,
  rows: 3,
  responseBytes: 10,
  api: { id: '00000000-0000-4000-8000-000000000001', name: 'x', version: 2, moduleName: 'm' },
  datasource: 'w',
  clientId: 'caller',
  ip: '10.0.0.1',
  userAgent: 'curl',
  params: '{"a":1}',
  detail: 'for the log alone',
}

describe('recordJson', () => {
  it('says of a call what the log holds, and nothing else', () => {
    expect(accessRecord.strict().parse(JSON.parse(recordJson(call)))).toEqual({
      id: expect.any(String),
      at: '2026-01-02T03:04:05.006Z',
      request_id: 'r1',
      method: 'GET',
      path: '/api/x',
      status: 200,
      code: null,
      duration_ms: 1.235,
      rows: 3,
      response_bytes: 10,
      api_id: '00000000-0000-4000-8000-000000000001',
      version: 2,
      client_id: 'caller',
      ip: '10.0.0.1',
      user_agent: 'curl',
      params: '{"a":1}',
    })
  })

  it('is a record that admin takes, whatever a caller sends', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 5000 })
    const record = fc.record({
      atMs: fc.integer({ min: 0, max: 4e12 }),
      path: anything,
      requestId: anything,
      clientId: fc.option(anything, { nil: undefined }),
      userAgent: fc.option(anything, { nil: undefined }),
      params: fc.option(anything, { nil: undefined }),
      api: fc.constantFrom(call.api, undefined),
      rows: fc.option(fc.nat(), { nil: undefined }),
    })
    fc.assert(
      fc.property(record, (changes) => {
        const parsed = accessRecord.parse(JSON.parse(recordJson({ ...call, ...changes })))
        expect(parsed.path).toBe(changes.path.slice(0, 2048))
        expect(Date.parse(parsed.at)).toBe(changes.atMs)
      }),
    )
  })
})

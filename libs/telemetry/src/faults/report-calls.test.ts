import type { CallFinished } from '@penstock/observations'
import { expect, it } from 'vitest'
import type { Fault } from './fault.js'
import { reportCalls } from './report-calls.js'

const finished = (status: number, code: string | undefined, detail?: string): CallFinished => ({
  kind: 'call.finished',
  atMs: 0,
  requestId: 'r1',
  method: 'GET',
  path: '/api/orders/secret-of-a-caller',
  status,
  code,
  durationMs: 1,
  executionMs: undefined,
  rows: undefined,
  responseBytes: 0,
  api: { id: 'a', name: 'orders', version: 1, moduleName: 'm' },
  datasource: undefined,
  clientId: undefined,
  ip: '10.0.0.1',
  userAgent: undefined,
  params: '{"secret-of-a-caller":1}',
  detail,
})

it('reports faults of our own alone, with where they happened and nothing of the caller', () => {
  const reported: Fault[] = []
  const observe = reportCalls({ report: (fault) => reported.push(fault), close: () => Promise.resolve() })
  observe(finished(200, undefined))
  observe(finished(502, 'DATASOURCE_REFUSED', 'ECONNREFUSED'))
  observe(finished(500, 'STATEMENT_FAILED', '42P01'))
  observe(finished(500, 'INTERNAL', 'TypeError: x is not a function\n    at f (/app/a.js:1:2)'))
  expect(reported).toMatchObject([{ where: 'GET orders', tags: { code: 'INTERNAL', request_id: 'r1' } }])
  expect(reported[0]?.error).toMatchObject({ stack: expect.stringContaining('/app/a.js:1:2') })
  expect(JSON.stringify(reported)).not.toContain('secret-of-a-caller')
})

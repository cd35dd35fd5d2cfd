import { expect, it } from 'vitest'
import { logSink } from './log-sink.js'
import { createLogger } from './logger.js'

function told(...observations: Parameters<ReturnType<typeof logSink>>[0][]): unknown[] {
  const lines: string[] = []
  const observe = logSink(
    createLogger({ service: 'gateway', level: 'info', json: true, write: (line) => lines.push(line) }),
  )
  for (const observation of observations) observe(observation)
  return lines.map((line) => JSON.parse(line) as unknown)
}

it('tells a line of a script at its own level, with the id of its call', () => {
  const line = { kind: 'script.logged', requestId: 'r-1', api: 'orders', text: 'half done' } as const
  expect(told({ ...line, level: 'warn' }, { ...line, level: 'debug' })).toEqual([
    expect.objectContaining({ level: 'warn', requestId: 'r-1', api: 'orders', text: 'half done' }),
  ])
})

it('names a script that did not end in time', () => {
  const call = {
    kind: 'call.finished',
    atMs: 0,
    requestId: 'r-1',
    method: 'GET',
    path: '/api/slow',
    status: 504,
    code: 'SCRIPT_TIMEOUT',
    durationMs: 200,
    executionMs: 200,
    rows: undefined,
    responseBytes: 0,
    api: undefined,
    datasource: undefined,
    clientId: undefined,
    ip: '127.0.0.1',
    userAgent: undefined,
    params: undefined,
    detail: 'ScriptTimeoutError: the script did not end after 200 ms',
  } as const
  expect(told(call)).toEqual([
    expect.objectContaining({
      level: 'warn',
      code: 'SCRIPT_TIMEOUT',
      detail: expect.stringContaining('ScriptTimeoutError'),
    }),
  ])
})

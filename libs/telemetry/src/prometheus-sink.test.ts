import type { CallFinished } from '@penstock/observations'
import { describe, expect, it } from 'vitest'
import { prometheusSink } from './prometheus-sink.js'

const call: CallFinished = {
  kind: 'call.finished',
  atMs: 0,
  requestId: 'r1',
  method: 'GET',
  path: '/secret-path',
  status: 200,
  code: undefined,
  durationMs: 4,
  executionMs: 3,
  rows: 1,
  responseBytes: 10,
  api: { id: 'a', name: 'flights', version: 1, moduleName: 'demo' },
  datasource: 'warehouse',
  clientId: 'secret-client',
  ip: '10.1.2.3',
  userAgent: undefined,
  params: undefined,
  detail: undefined,
}

describe('prometheusSink', () => {
  it('counts calls by API and status class, and times modules and data sources', async () => {
    const sink = prometheusSink({ service: 'gateway' })
    sink.observe(call)
    sink.observe({ ...call, status: 429, code: 'RATE_LIMITED', executionMs: undefined })
    const text = await sink.text()
    expect(text).toContain('penstock_calls_total{api="flights",status_class="2xx",service="gateway"} 1')
    expect(text).toContain('penstock_calls_total{api="flights",status_class="4xx",service="gateway"} 1')
    expect(text).toContain('penstock_call_errors_total{code="RATE_LIMITED",service="gateway"} 1')
    expect(text).toContain('penstock_execution_duration_seconds_count{service="gateway",datasource="warehouse"} 1')
  })

  it('never makes a label of a path, a client or an address', async () => {
    const sink = prometheusSink({ service: 'gateway' })
    sink.observe(call)
    expect(await sink.text()).not.toMatch(/secret-path|secret-client|10\.1\.2\.3/)
  })

  it('says who decides on limits, and how often Redis was given up', async () => {
    const sink = prometheusSink({ service: 'gateway' })
    const say = (mode: 'redis' | 'local') => sink.observe({ kind: 'limits.mode', mode, replicas: 3 })
    say('local')
    expect(await sink.text()).toContain('penstock_limits_local{service="gateway"} 1')
    say('redis')
    say('local')
    say('redis')
    const text = await sink.text()
    expect(text).toContain('penstock_limits_local{service="gateway"} 0')
    expect(text).toContain('penstock_limits_redis_lost_total{service="gateway"} 2')
  })

  it('says how far the clock is off, by whom', async () => {
    const sink = prometheusSink({ service: 'gateway' })
    sink.observe({ kind: 'clock.compared', reference: 'redis', skewMs: -1500 })
    expect(await sink.text()).toContain('penstock_clock_skew_seconds{reference="redis",service="gateway"} -1.5')
  })

  it('says which data source is given up now', async () => {
    const sink = prometheusSink({ service: 'gateway' })
    for (const state of ['open', 'half-open', 'open'] as const)
      sink.observe({ kind: 'datasource.breaker', datasource: 'warehouse', state })
    const text = await sink.text()
    expect(text).toContain('penstock_datasource_breaker_open{datasource="warehouse",service="gateway"} 1')
    expect(text).toContain('penstock_datasource_breaker_opened_total{datasource="warehouse",service="gateway"} 2')
    sink.observe({ kind: 'datasource.breaker', datasource: 'warehouse', state: 'closed' })
    expect(await sink.text()).toContain('penstock_datasource_breaker_open{datasource="warehouse",service="gateway"} 0')
  })

  it('counts every call once, however many come between two readings', async () => {
    const sink = prometheusSink({ service: 'gateway' })
    for (let index = 0; index < 1300; index++) sink.observe(call)
    expect(await sink.text()).toContain('penstock_calls_total{api="flights",status_class="2xx",service="gateway"} 1300')
    sink.observe(call)
    const text = await sink.text()
    expect(text).toContain('penstock_calls_total{api="flights",status_class="2xx",service="gateway"} 1301')
    expect(text).toContain('penstock_call_duration_seconds_count{service="gateway",module="demo"} 1301')
  })
})

import { createServer, type Server } from 'node:http'
import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apiEntry, datasourceEntry } from '../test/build-snapshot.js'
import { gatewayUnderTest, waitFor, type GatewayUnderTest } from '../test/gateway-under-test.js'
import type { OtlpSpan } from './spans-of-call.js'
import { readTraceparent } from './trace-context.js'

interface Received {
  readonly headers: Record<string, unknown>
  readonly resource: Record<string, string | undefined>
  readonly spans: readonly OtlpSpan[]
}
interface Exported {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] }
    scopeSpans: { spans: OtlpSpan[] }[]
  }[]
}

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT = '00f067aa0ba902b7'
let database: FreshDatabase
let under: GatewayUnderTest
let collector: Server
const received: Received[] = []

beforeAll(async () => {
  database = await freshDatabase()
  collector = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      expect(request.url).toBe('/v1/traces')
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Exported
      for (const { resource, scopeSpans } of body.resourceSpans) {
        received.push({
          headers: request.headers,
          resource: Object.fromEntries(resource.attributes.map(({ key, value }) => [key, value.stringValue])),
          spans: scopeSpans.flatMap(({ spans }) => spans),
        })
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  const address = collector.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  under = await gatewayUnderTest({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=canary-collector-key',
    OTEL_TRACES_SAMPLER_ARG: '0',
  })
  await under.publish([
    datasourceEntry(database.url),
    apiEntry('one', 'select 1 as one'),
    apiEntry('private', 'select 1 as one', { access_type: 'private' }),
    apiEntry('broken', 'select * from no_such_table'),
  ])
})
afterAll(async () => {
  await under.stop()
  await new Promise((resolve) => collector.close(resolve))
  await database.drop()
})
beforeEach(() => void received.splice(0))

const call = (path: string, flags = '01') =>
  fetch(`${under.url}/api/${path}`, { headers: { traceparent: `00-${TRACE}-${PARENT}-${flags}` } })
const spans = () => received.flatMap((one) => one.spans)
const named = (name: string) => spans().find((span) => span.name === name)

describe('tracing', () => {
  it('gives a call one span below that of its caller, with a child per stage, and tells the caller', async () => {
    const answer = await call('one')
    const told = readTraceparent(answer.headers.get('traceparent'))
    await waitFor(() => named('GET one') !== undefined)
    const own = named('GET one')
    expect(own).toMatchObject({ traceId: TRACE, parentSpanId: PARENT, kind: 2, status: { code: 0 } })
    expect(told).toEqual({ traceId: TRACE, spanId: own?.spanId, isSampled: true })
    expect(own?.attributes).toContainEqual({ key: 'http.response.status_code', value: { intValue: '200' } })
    expect(own?.attributes).toContainEqual({ key: 'penstock.api', value: { stringValue: 'one' } })
    const children = spans().filter((span) => span.parentSpanId === own?.spanId)
    expect(children.map(({ name }) => name)).toEqual(['route', 'admit', 'params', 'execute', 'encode'])
    const times = children.flatMap((child) => [BigInt(child.startTimeUnixNano), BigInt(child.endTimeUnixNano)])
    expect(times).toEqual([...times].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)))
    expect(times[0]).toBe(BigInt(own?.startTimeUnixNano ?? 0))
    expect(times.at(-1)).toBe(BigInt(own?.endTimeUnixNano ?? 0))
    expect(received[0]?.resource).toMatchObject({ 'service.name': 'penstock-gateway' })
    expect(received[0]?.headers['x-collector-key']).toBe('canary-collector-key')
  })

  it('shows how far a refused call came, and marks what failed on our side', async () => {
    await call('private')
    await call('broken')
    await waitFor(() => named('GET broken') !== undefined)
    const refused = named('GET private')
    expect(
      spans()
        .filter((span) => span.parentSpanId === refused?.spanId)
        .map(({ name }) => name),
    ).toEqual(['route'])
    expect(refused?.attributes).toContainEqual({ key: 'error.type', value: { stringValue: 'TOKEN_REJECTED' } })
    expect(named('GET broken')?.status).toMatchObject({ code: 2 })
  })

  it('follows its caller: what it does not sample is not traced; without a caller the ratio decides', async () => {
    const unsampled = await call('one', '00')
    const alone = await fetch(`${under.url}/api/one`)
    await call('private')
    await waitFor(() => named('GET private') !== undefined)
    expect(unsampled.headers.get('traceparent')).toBeNull()
    expect(alone.headers.get('traceparent')).toBeNull()
    expect(named('GET one')).toBeUndefined()
  })

  it('answers calls while the collector is away, and counts what is lost', async () => {
    await new Promise((resolve) => {
      collector.close(resolve)
      collector.closeAllConnections()
    })
    expect((await call('one')).status).toBe(200)
    await waitFor(async () =>
      (await (await fetch(`${under.gateway.opsUrl}/metrics`)).text()).includes(
        'penstock_spans_dropped_total{service="gateway"} 6',
      ),
    )
  })
})

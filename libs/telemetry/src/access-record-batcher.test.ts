import { ACCESS_RECORDS_MAX, accessRecordBatch, type AccessRecord, type AccessRecordBatch } from '@penstock/contracts'
import type { Observation } from '@penstock/observations'
import { describe, expect, it } from 'vitest'
import { AccessRecordBatcher, type Delivery } from './access-record-batcher.js'

const record = (index: number): string =>
  JSON.stringify({
    id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    at: '2026-01-02T03:04:05.000Z',
    request_id: `r${index}`,
    method: 'GET',
    path: '/a',
    status: 200,
    code: null,
    duration_ms: 1,
    rows: 1,
    response_bytes: 10,
    api_id: null,
    version: null,
    client_id: null,
    ip: '127.0.0.1',
    user_agent: null,
    params: null,
  } satisfies AccessRecord)

function batcherOver(deliverBatch: (batch: AccessRecordBatch) => Promise<Delivery>, bufferMax = 20_000) {
  const deliver = (body: Buffer) => deliverBatch(accessRecordBatch.parse(JSON.parse(body.toString('utf8'))))
  const seen: Observation[] = []
  const batcher = new AccessRecordBatcher({
    gatewayId: 'g1',
    deliver,
    observe: (observation) => seen.push(observation),
    bufferMax,
    batchWaitMs: 1,
    random: () => 0,
  })
  return { batcher, seen }
}

describe('AccessRecordBatcher', () => {
  it('delivers every record once and in order, in batches that admin accepts', async () => {
    const batches: AccessRecordBatch[] = []
    const { batcher } = batcherOver(async (batch) => {
      batches.push(batch)
      return 'taken'
    })
    for (let index = 0; index < 2500; index++) batcher.add(record(index))
    await batcher.close(5000)
    expect(batches.flatMap((batch) => batch.records.map((one) => one.request_id))).toEqual(
      Array.from({ length: 2500 }, (_, index) => `r${index}`),
    )
    expect(Math.max(...batches.map((batch) => batch.records.length))).toBeLessThanOrEqual(ACCESS_RECORDS_MAX)
    expect(batcher.dropped).toBe(0)
  })

  it('tries a batch again under the same id until admin takes it', async () => {
    const ids: string[] = []
    const { batcher, seen } = batcherOver(async (batch) => {
      ids.push(batch.batch_id)
      if (ids.length < 3) throw new Error('connection refused')
      return 'taken'
    })
    batcher.add(record(1))
    await batcher.close(5000)
    expect(ids).toHaveLength(3)
    expect(new Set(ids).size).toBe(1)
    expect(seen.filter((one) => one.kind === 'access-records.delayed')).toHaveLength(2)
  })

  it('holds no more than its bound while admin is away, and counts what it drops', async () => {
    const { batcher, seen } = batcherOver(() => Promise.reject(new Error('away')), 100)
    for (let index = 0; index < 250; index++) batcher.add(record(index))
    expect(batcher.dropped).toBe(150)
    await batcher.close(20)
    expect(batcher.dropped).toBe(250)
    expect(seen).toContainEqual({ kind: 'access-records.dropped', count: 100, reason: 'shutdown' })
  })

  it('gives up at its deadline when a delivery hangs', async () => {
    const { batcher } = batcherOver(() => new Promise<Delivery>(() => undefined))
    batcher.add(record(1))
    const closed = batcher.close(20)
    await expect(
      Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 5000, 'hung'))]),
    ).resolves.toBeUndefined()
    expect(batcher.dropped).toBe(1)
  })

  it('goes on after a batch that admin refuses for good', async () => {
    let calls = 0
    const { batcher } = batcherOver(async () => (++calls === 1 ? 'refused' : 'taken'))
    for (let index = 0; index < ACCESS_RECORDS_MAX + 5; index++) batcher.add(record(index))
    await batcher.close(5000)
    expect({ calls, dropped: batcher.dropped }).toEqual({ calls: 2, dropped: ACCESS_RECORDS_MAX })
  })
})

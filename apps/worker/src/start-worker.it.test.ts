import 'reflect-metadata'
import { migrate } from '@penstock/migrations'
import { freshDatabase, tcpProxy, waitUntil } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadWorkerConfig } from './config.js'
import { startWorker, type RunningWorker } from './start-worker.js'

let database: Awaited<ReturnType<typeof freshDatabase>>
let network: Awaited<ReturnType<typeof tcpProxy>>
let worker: RunningWorker

beforeAll(async () => {
  database = await freshDatabase()
  const options = { url: database.url, sslMode: 'disable', sslCaFile: undefined, connectionsMax: 4 } as const
  await migrate(options, { verb: 'up' })
  const url = new URL(database.url)
  network = await tcpProxy({ host: url.hostname, port: Number(url.port) })

  worker = await startWorker(
    loadWorkerConfig({ DATABASE_URL: network.via(database.url), WORKER_OPS_PORT: '0', LOG_LEVEL: 'error' }),
  )
})
afterAll(async () => {
  await worker.stop()
  await network.close()
  await database.drop()
})

const get = (path: string): Promise<Response> => fetch(new URL(path, worker.opsUrl))
const metrics = async (): Promise<string> => (await get('/metrics')).text()

describe('a worker', () => {
  it('runs every job of the schedule soon after its first start and counts them', async () => {
    const finished = async (): Promise<boolean> => {
      const text = await metrics()
      return ['access-log-partitions', 'expired-records', 'snapshot-upkeep', 'stale-gateways'].every((job) =>
        text.includes(`penstock_jobs_total{job="${job}",outcome="finished"} 1`),
      )
    }
    await waitUntil(finished, { withinMs: 10_000, what: 'four finished jobs' })
    expect(await metrics()).toContain('penstock_queue_jobs{state="delayed"} 4')
  })

  it('is live and names what is missing while its database is away, and is ready again when it is back', async () => {
    expect((await get('/health/ready')).status).toBe(200)
    network.cut()
    const away = await get('/health/ready')
    expect(away.status).toBe(503)
    expect(await away.json()).toEqual({ success: false, message: 'Service Unavailable', data: ['postgres', 'queue'] })
    expect((await get('/health/live')).status).toBe(200)
    expect((await get('/metrics')).status).toBe(200)
    network.heal()
    await waitUntil(async () => (await get('/health/ready')).status === 200, { withinMs: 10_000, what: 'readiness' })
  })
})

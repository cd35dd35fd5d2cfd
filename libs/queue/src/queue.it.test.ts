import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { freshDatabase, startRedis, type OwnedRedis } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queueConformance, type QueueUnderTest } from './conformance.js'

const FIXTURE = fileURLToPath(new URL('../fixtures/doomed-worker.mjs', import.meta.url))
const databases: { drop(): Promise<void> }[] = []
afterAll(() => Promise.all(databases.map((database) => database.drop())))

const startDoomedWorker: QueueUnderTest['startDoomedWorker'] = async (connection, queue, leaseMs) => {
  const child = spawn(process.execPath, [FIXTURE, JSON.stringify({ connection, queue, leaseMs })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(child, 'exit')
  await Promise.race([
    once(child.stdout, 'data'),
    gone.then(() => {
      throw new Error('the doomed worker ended before it held a job')
    }),
  ])
  return {
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}

queueConformance({ describe, it, expect }, 'PostgreSQL', {
  startDoomedWorker,
  async connection() {
    const database = await freshDatabase()
    databases.push(database)
    return { kind: 'postgres', url: database.url }
  },
})

let redis: OwnedRedis
let emptyDatabase = 0
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())

queueConformance({ describe, it, expect }, 'Redis', {
  startDoomedWorker,
  connection() {
    const url = new URL(redis.url)
    url.pathname = `/${emptyDatabase++}`
    return Promise.resolve({ kind: 'redis', url: url.href })
  },
})

import 'reflect-metadata'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { SettingsError } from '@penstock/app-config'
import { composeWorker } from './compose.js'
import { loadWorkerConfig, type WorkerConfig } from './config.js'

/** Starts the worker and stops it on SIGTERM and SIGINT: first no new jobs, then the running ones, then the connections. */
async function main(config: WorkerConfig): Promise<void> {
  const worker = composeWorker(config)
  const ops = await NestFactory.create<NestFastifyApplication>(worker.opsModule, new FastifyAdapter(), {
    logger: false,
  })
  // Probes must see the process live while the database is still on its way up.
  await ops.listen({ port: config.opsPort, host: config.host })
  let stopping = false
  const stop = (signal: string): void => {
    if (stopping) return
    stopping = true
    worker.logger.info(`${signal}: letting running jobs finish`)
    worker
      .stop()
      .then(() => ops.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          worker.logger.error('the worker did not stop cleanly', { error: String(error) })
          process.exit(1)
        },
      )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  await worker.start()
  worker.logger.info(
    `worker takes jobs from ${config.redisUrl === undefined ? 'PostgreSQL' : 'Redis'}; ops on ${await ops.getUrl()}`,
  )
}

try {
  await main(loadWorkerConfig())
} catch (error) {
  console.error(error instanceof SettingsError ? error.message : error)
  process.exit(1)
}

import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import type { Logger } from '@penstock/telemetry'
import { composeWorker } from './compose.js'
import type { WorkerConfig } from './config.js'

export interface RunningWorker {
  readonly opsUrl: string
  readonly logger: Logger
  /** Takes no more jobs, lets the running ones finish, then closes the ops port and every connection. */
  stop(): Promise<void>
}

/** Starts a worker: first its ops port, so that probes see it live while the database is still on its way up, then the jobs. */
export async function startWorker(config: WorkerConfig): Promise<RunningWorker> {
  const worker = await composeWorker(config)
  const ops = await NestFactory.create<NestFastifyApplication>(worker.opsModule, new FastifyAdapter(), {
    logger: false,
  })
  await ops.listen({ port: config.opsPort, host: config.host })
  const opsUrl = await ops.getUrl()
  await worker.start()
  worker.logger.info(
    `worker takes jobs from ${config.redisUrl === undefined ? 'PostgreSQL' : 'Redis'}; ops on ${opsUrl}`,
  )
  return {
    opsUrl,
    logger: worker.logger,
    async stop() {
      await worker.stop()
      await ops.close()
    },
  }
}

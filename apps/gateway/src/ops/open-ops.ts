import 'reflect-metadata'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { opsModule, type OpsParts } from './ops-module.js'

/** A server that listens, as far as the shutdown has to know it. */
export interface OpsServer {
  readonly url: string
  close(): Promise<void>
}

/** Opens the ops port. */
export async function openOps(
  parts: OpsParts,
  listen: { readonly port: number; readonly host: string },
): Promise<OpsServer> {
  const ops = await NestFactory.create<NestFastifyApplication>(opsModule(parts), new FastifyAdapter(), {
    logger: false,
  })
  await ops.listen(listen)
  return { url: await ops.getUrl(), close: () => ops.close() }
}

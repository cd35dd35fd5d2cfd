import { toProblem } from '@penstock/errors'
import Fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify'
import type { Registry } from 'prom-client'
import type { Health } from '../health/health.js'
import { addHealthRoutes } from '../health/health-routes.js'
import { requestIdOf } from './request-id.js'

export interface OpsParts {
  readonly health: Health
  readonly registry: Registry
  /** The routes between the planes: they exist on this port alone. */
  readonly internal: readonly FastifyPluginAsync[]
  /** The largest batch of access records. */
  readonly bodyBytesMax: number
}

/** The port for operators and gateways: metrics, health and the internal routes. */
export async function opsServer(parts: OpsParts): Promise<FastifyInstance> {
  const server = Fastify({
    bodyLimit: parts.bodyBytesMax,
    genReqId: requestIdOf,
    requestIdHeader: false,
    routerOptions: { ignoreTrailingSlash: true },
    // Gateways hold a request open while they wait for a revision; shutting down must not wait for them.
    forceCloseConnections: true,
  })
  server.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error, request.id)
    return reply.code(problem.status).headers(problem.headers).type('application/json').send(problem.body)
  })
  addHealthRoutes(server, parts.health)
  server.get('/metrics', async (_request, reply) =>
    reply.type(parts.registry.contentType).send(await parts.registry.metrics()),
  )
  for (const plugin of parts.internal) await server.register(plugin)
  return server
}

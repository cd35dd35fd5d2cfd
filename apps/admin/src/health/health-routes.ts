import type { FastifyInstance } from 'fastify'
import { API_PREFIX } from '../base/endpoint.js'
import type { Health } from './health.js'

/** What the routes below are in the access table. */
export const HEALTH_ROUTES: readonly string[] = [
  '/health',
  '/health/live',
  '/health/ready',
  `${API_PREFIX}/utils/health-check/`,
]

/** The health routes of both ports. They never touch sessions and never throw. */
export function addHealthRoutes(server: FastifyInstance, health: Health): void {
  server.get('/health', (_request, reply) => reply.type('text/plain').send('ok'))
  server.get('/health/live', (_request, reply) => reply.send({ status: 'ok' }))
  server.get('/health/ready', async (_request, reply) => {
    const missing = await health.missing()
    return reply
      .code(missing.length === 0 ? 200 : 503)
      .send({ status: missing.length === 0 ? 'ready' : 'not ready', missing })
  })
  server.get(`${API_PREFIX}/utils/health-check/`, async (_request, reply) => {
    const missing = await health.missing()
    if (missing.length === 0) return reply.type('application/json').send('true')
    return reply.code(503).send({ success: false, message: 'Service Unavailable', data: missing })
  })
}

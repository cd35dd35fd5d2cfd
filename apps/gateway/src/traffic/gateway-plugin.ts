import { AppError } from '@penstock/errors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Exchange, type ExchangeContext } from './exchange.js'
import { serveCall, type CallService } from './serve-call.js'
import { serveToken, serveTokenByGet, type TokenService } from './serve-token.js'

export interface GatewayPluginOptions {
  readonly context: ExchangeContext
  readonly calls: CallService
  readonly tokens: TokenService
  /** What is missing for being ready; empty when nothing is. */
  readonly missing: () => readonly string[]
}

const TOKEN_PATHS = ['/api/token/generate', '/token/generate'] as const
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * All of the data plane's routes. A call is one catch-all: the routes of APIs belong to the snapshot, not to Fastify. Answers are written
 * by the exchange itself, so that nothing is serialised or validated twice.
 */
export async function gatewayPlugin(app: FastifyInstance, options: GatewayPluginOptions): Promise<void> {
  const { context, calls, tokens } = options
  const exchangeOf = (request: FastifyRequest, reply: FastifyReply): Exchange => {
    reply.hijack()
    return new Exchange(request.raw, reply.raw, context)
  }
  // Bodies are read after a call was admitted, by the call itself.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.route({
    method: METHODS,
    url: '/api/*',
    handler: (request, reply) => serveCall(exchangeOf(request, reply), calls),
  })
  for (const url of TOKEN_PATHS) {
    app.post(url, (request, reply) => serveToken(exchangeOf(request, reply), tokens))
    app.get(url, { exposeHeadRoute: false }, (request, reply) => serveTokenByGet(exchangeOf(request, reply), tokens))
    app.route({
      method: METHODS.filter((method) => method !== 'POST' && method !== 'GET'),
      url,
      handler: (request, reply) =>
        exchangeOf(request, reply).fail(
          new AppError('METHOD_NOT_ALLOWED', 'POST only', { headers: { Allow: 'POST' } }),
        ),
    })
  }
  health(app, options.missing)
  app.setNotFoundHandler((request, reply) =>
    exchangeOf(request, reply).fail(new AppError('ROUTE_NOT_FOUND', 'outside of /api')),
  )
  app.setErrorHandler((error, request, reply) => exchangeOf(request, reply).fail(error))
}

/** Probes are not calls: they are answered even while draining, and leave no record. */
function health(app: FastifyInstance, missing: () => readonly string[]): void {
  app.get('/health', (_request, reply) => reply.type('text/plain').send('ok'))
  app.get('/health/live', () => ({ status: 'live' }))
  app.get('/health/ready', (_request, reply) => {
    const names = missing()
    if (names.length === 0) return { status: 'ready' }
    return reply.code(503).send({ success: false, message: 'Service Unavailable', data: names })
  })
}

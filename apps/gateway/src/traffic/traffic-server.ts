import Fastify, { type FastifyInstance } from 'fastify'
import { answerClientError } from './client-error.js'
import { Exchange } from './exchange.js'
import { gatewayPlugin, type GatewayPluginOptions } from './gateway-plugin.js'

export interface TrafficOptions extends GatewayPluginOptions {
  readonly connectionsMax: number
  readonly requestTimeoutMs: number
}

// A slow head is cut at 10 s, looked for every 2 s (node's own are 60 s and 30 s).
const HEADERS_TIMEOUT_MS = 10_000
const CONNECTIONS_CHECK_MS = 2_000
// Above the 60 s idle time of common load balancers, so that the balancer is the one that closes.
const KEEP_ALIVE_MS = 72_000
const HEAD_BYTES_MAX = 16_384
// Longer than any path of an API with its longest values; beyond it there is no route.
const PATH_PARAM_CHARACTERS_MAX = 8_192

/** The server that callers meet: its own port, its own limits on slow and malformed requests, one plugin. Not listening yet. */
export async function trafficServer(options: TrafficOptions): Promise<FastifyInstance> {
  const { context } = options
  const app = Fastify({
    logger: false,
    requestTimeout: options.requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Requests that were on their way while we closed are answered, with Connection: close.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: PATH_PARAM_CHARACTERS_MAX },
    http: {
      headersTimeout: Math.min(HEADERS_TIMEOUT_MS, options.requestTimeoutMs),
      connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
      maxHeaderSize: HEAD_BYTES_MAX,
    },
    clientErrorHandler: (error, socket) => answerClientError(error, socket, context),
    frameworkErrors: (error, request, reply) => {
      reply.hijack()
      new Exchange(request.raw, reply.raw, context).fail(error)
    },
  })
  app.server.maxConnections = options.connectionsMax
  await app.register(gatewayPlugin, options)
  return app
}

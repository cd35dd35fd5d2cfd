import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { toProblem } from '@penstock/errors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AdminConfig } from '../config.js'
import { API_PREFIX } from './endpoint.js'
import { requestIdOf } from './request-id.js'

/** The largest thing that is sent here is a template with its parameters. */
const BODY_BYTES_MAX = 4 * 1024 * 1024
/** Node's own defence against slow senders. */
const REQUEST_TIMEOUT_MS = 30_000

/** Fastify as Nest drives it: limits, request ids, the alias without version, one spelling for trailing slashes. */
export function httpAdapter(config: Pick<AdminConfig, 'trustedProxyCount'>): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // The socket's peer is hop 0; the n-th entry from the right is behind n trusted hops.
    trustProxy: (_address, hop) => hop < config.trustedProxyCount,
    genReqId: requestIdOf,
    requestIdHeader: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    frameworkErrors: answerFrameworkError,
    rewriteUrl: (request: { readonly url?: string | undefined }) => withVersion(request.url ?? '/'),
  })
}

/** What Fastify refuses before there is a route, a broken escape in the URL for example: no filter sees it. */
function answerFrameworkError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, headers, body } = toProblem(error, request.id)
  void reply.code(status).headers(headers).header('x-request-id', request.id).type('application/json').send(body)
}

/** `/api/auth/login` is `/api/v1/auth/login`. */
export function withVersion(url: string): string {
  return /^\/api\/(?!v1(?:[/?]|$))/.test(url) ? `${API_PREFIX}${url.slice('/api'.length)}` : url
}

/** JSON bodies; an empty one is none, because many clients send the Content-Type with every POST. */
export function readJson(server: FastifyInstance): void {
  // Bodies that would reach the prototype of an object are refused.
  const parse = server.getDefaultJsonParser('error', 'error')
  server.removeContentTypeParser('application/json')
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined)
    else parse(request, body.toString(), done)
  })
}

/** Headers of every answer. Register it before any route. */
export async function addHeaders(server: FastifyInstance, origins: readonly string[]): Promise<void> {
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      // The console and /docs load everything from here; nothing inline is ever run.
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: { maxAge: 31_536_000 },
    referrerPolicy: { policy: 'no-referrer' },
  })
  await server.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['X-Request-ID', 'Retry-After'],
    maxAge: 600,
  })
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    if (request.url.startsWith(API_PREFIX)) reply.header('cache-control', 'no-store')
    done()
  })
}

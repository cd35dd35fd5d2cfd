import {
  accessRecordBatch,
  bodiesRequest,
  canonicalJson,
  gatewayHeartbeat,
  INTERNAL_ROUTES,
  type SignedManifest,
} from '@penstock/contracts'
import { gatewayStore, storeAccessRecords, type ControlDatabase } from '@penstock/control-store'
import { AppError, toProblem } from '@penstock/errors'
import { secretsEqual } from '@penstock/secrets'
import { tagOf, type SnapshotFeed } from '@penstock/snapshot-publisher'
import type { Logger } from '@penstock/telemetry'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { inputInvalid } from '../base/parse-input.js'

/** A thousand access records with their longest parameters, paths and agents. */
const RECORDS_BYTES_MAX = 16 * 1024 * 1024
const WAIT_MS_MAX = 30_000

export interface InternalRouteParts {
  readonly feed: SnapshotFeed
  readonly database: ControlDatabase
  readonly serviceToken: string
  readonly log: Logger
}

/**
 * The routes between the planes, for the ops port alone. Whoever holds the service token gets everything that gateways need; nobody else
 * learns more than that the routes are there.
 */
export function internalRoutes(parts: InternalRouteParts): FastifyPluginAsync {
  // As a plugin of its own: neither its guard nor its error handler reaches the other routes of the port.
  return async (routes) => {
    routes.addHook('onRequest', (request, _reply, next) => {
      next(carries(request, parts.serviceToken) ? undefined : new AppError('TOKEN_REJECTED', 'not the service token'))
    })
    routes.setErrorHandler((error, request, reply) => refuse(parts.log, error, request, reply))
    addRoutes(routes, parts)
  }
}

function addRoutes(routes: FastifyInstance, { feed, database }: InternalRouteParts): void {
  routes.get(INTERNAL_ROUTES.manifest, (request, reply) => answerManifest(feed, request, reply))
  routes.post(INTERNAL_ROUTES.bodies, async (request) => ({
    bodies: await feed.bodies(parsed(bodiesRequest, request.body).hashes),
  }))
  routes.post(INTERNAL_ROUTES.heartbeat, async (request, reply) => {
    const heartbeat = parsed(gatewayHeartbeat, request.body)
    await database.read((tx) => gatewayStore.report(tx, heartbeat))
    return reply.code(204).send()
  })
  routes.post(INTERNAL_ROUTES.accessRecords, { bodyLimit: RECORDS_BYTES_MAX }, async (request, reply) => {
    const batch = parsed(accessRecordBatch, request.body)
    await database.transaction((tx) => storeAccessRecords(tx, batch))
    return reply.code(204).send()
  })
}

/** Holds the request while the gateway has the newest revision and is willing to wait; a gateway that hangs up is forgotten. */
async function answerManifest(feed: SnapshotFeed, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const gone = new AbortController()
  const onClose = (): void => gone.abort()
  request.raw.socket.once('close', onClose)
  try {
    const tag = tagIn(request.headers['if-none-match'])
    const signed = await feed.next(tag, tag === undefined ? 0 : waitMs(request.query), gone.signal)
    if (signed === undefined) return reply.code(304).header('etag', `"${tag}"`).send()
    return reply
      .header('etag', `"${tagOf(signed)}"`)
      .type('application/json')
      .send(textOf(signed))
  } finally {
    request.raw.socket.off('close', onClose)
  }
}

/** Every gateway asks for the same manifest. */
const texts = new WeakMap<SignedManifest, string>()
function textOf(signed: SignedManifest): string {
  const text = texts.get(signed) ?? canonicalJson(signed)
  texts.set(signed, text)
  return text
}

function tagIn(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^(?:W\/)?"([^"]*)"$/.exec(header.trim())?.[1]
}

function waitMs(query: unknown): number {
  const given = typeof query === 'object' && query !== null && 'wait_ms' in query ? Number(query.wait_ms) : 0
  return Number.isFinite(given) ? Math.min(WAIT_MS_MAX, Math.max(0, given)) : 0
}

function carries(request: FastifyRequest, serviceToken: string): boolean {
  return secretsEqual(request.headers.authorization ?? '', `Bearer ${serviceToken}`)
}

function parsed<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const outcome = schema.safeParse(body)
  if (outcome.success) return outcome.data
  throw inputInvalid(outcome.error.issues.map(({ path, message }) => ({ field: path.join('.'), message })))
}

function refuse(log: Logger, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error, request.id)
  if (problem.status >= 500) {
    log.warn('an internal route failed', {
      path: request.url.split('?')[0],
      code: problem.body.code,
      fault: faultOf(error),
    })
  }
  return reply.code(problem.status).headers(problem.headers).type('application/json').send(problem.body)
}

function faultOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

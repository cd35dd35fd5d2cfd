import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { EndpointSpec } from './endpoint.js'
import type { Caller, Principal, Visitor } from './principal.js'
import { parseInput } from './parse-input.js'

type Parsed<Spec, Part extends 'params' | 'query' | 'body'> =
  Spec extends Record<Part, infer Schema extends z.ZodType> ? z.output<Schema> : undefined

/** A request whose parts have been parsed by the endpoint's own schemas. */
export interface CallOf<Spec extends EndpointSpec> {
  readonly caller: Spec['access'] extends 'public' ? Visitor : Caller
  readonly params: Parsed<Spec, 'params'>
  readonly query: Parsed<Spec, 'query'>
  readonly body: Parsed<Spec, 'body'>
}

type GuardedRequest = FastifyRequest & { readonly user?: Principal }

/** Hands the parsed request to a handler; INPUT_INVALID names every faulty field of all parts at once. */
export const Call = createParamDecorator((spec: EndpointSpec, context: ExecutionContext) => {
  const request = context.switchToHttp().getRequest<GuardedRequest>()
  const visitor: Visitor = { requestId: request.id, ip: request.ip }
  return {
    caller: request.user === undefined ? visitor : { ...visitor, user: request.user },
    ...parseInput(spec, { params: request.params, query: request.query, body: request.body }),
  }
})

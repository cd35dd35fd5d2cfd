import { applyDecorators, HttpCode, RequestMapping, RequestMethod } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import type { z } from 'zod'
import type { Access } from './access-rule.js'

/** All that is to be said of a route: from it come the router's entry, the guard's, the validation and the API reference. */
export interface EndpointSpec {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below /api/v1, with parameters in braces: `datasources/{id}`. */
  readonly path: string
  readonly tag: string
  readonly summary: string
  readonly access: Access
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  readonly status: 200 | 201 | 204
  /** What is not in it is not sent. */
  readonly answer?: z.ZodType
  /** Failures beside those that every route can have. */
  readonly refusals?: readonly (401 | 404 | 409 | 429 | 502 | 504)[]
}

/** Everything of the control plane's API is below this; the alias without a version is below /api. */
export const API_PREFIX = '/api/v1'

/** Keeps the exact types of the parts. */
export function endpoint<const Spec extends EndpointSpec>(spec: Spec): Spec {
  return spec
}

/** Finds the entry of a handler; the guard and the interceptor look there. */
export const EndpointEntry = Reflector.createDecorator<EndpointSpec>()

/** Makes a controller's method the handler of the route. */
export function Endpoint(spec: EndpointSpec): MethodDecorator {
  return applyDecorators(
    RequestMapping({ path: routerPath(spec), method: METHODS[spec.method] }),
    HttpCode(spec.status),
    EndpointEntry(spec),
  )
}

/** The path as the router writes it: `/api/v1/datasources/:id`. */
export function routerPath(spec: Pick<EndpointSpec, 'path'>): string {
  return `${API_PREFIX}/${spec.path}`.replace(/\{(\w+)\}/g, ':$1')
}

const METHODS = {
  GET: RequestMethod.GET,
  POST: RequestMethod.POST,
  PUT: RequestMethod.PUT,
  PATCH: RequestMethod.PATCH,
  DELETE: RequestMethod.DELETE,
} as const

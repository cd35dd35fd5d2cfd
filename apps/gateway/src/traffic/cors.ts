import { methodsOf, type RouteIndex } from '@penstock/routing'
import { findPlan, type ApiPlan, type CallHead, type CompiledSnapshot } from '@penstock/pipeline'
import { AppError } from '@penstock/errors'

const EXPOSED = 'X-Request-ID, RateLimit, RateLimit-Policy, Retry-After, ETag, Age, X-Cache'
const MAX_AGE_SECONDS = '600'
const NONE: Readonly<Record<string, string>> = Object.freeze({})

type Header = string | readonly string[] | undefined

/** Headers by which a browser lets a page of an allowed origin read the answer. Without an Origin, or without allowed ones, none. */
export function corsHeaders(allowed: readonly string[] | undefined, origin: Header): Readonly<Record<string, string>> {
  if (typeof origin !== 'string' || allowed === undefined || allowed.length === 0) return NONE
  const granted = grantedOrigin(allowed, origin)
  if (granted === undefined) return { Vary: 'Origin' }
  return { 'Access-Control-Allow-Origin': granted, 'Access-Control-Expose-Headers': EXPOSED, Vary: 'Origin' }
}

/**
 * Headers of the answer to OPTIONS: the methods of the path, and for a preflight whether the origin may use the method it asks for. Throws
 * ROUTE_NOT_FOUND when no API has the path.
 */
export function preflightHeaders(snapshot: CompiledSnapshot, head: CallHead): Readonly<Record<string, string>> {
  const methods = allMethods(snapshot.routes, head.rawPath)
  if (methods.length === 0) throw new AppError('ROUTE_NOT_FOUND', 'no API has this path')
  const allow = methods.join(', ')
  const { origin, 'access-control-request-method': asked, 'access-control-request-headers': headers } = head.headers
  if (typeof origin !== 'string' || typeof asked !== 'string' || !methods.includes(asked)) return { Allow: allow }
  const { plan } = findPlan(snapshot, { ...head, method: asked })
  const granted = grantedOrigin(plan.corsOrigins, origin)
  if (granted === undefined) return { Allow: allow, Vary: 'Origin' }
  return {
    Allow: allow,
    'Access-Control-Allow-Origin': granted,
    'Access-Control-Allow-Methods': allow,
    'Access-Control-Allow-Headers': typeof headers === 'string' ? headers : 'Authorization, Content-Type, X-Request-ID',
    'Access-Control-Max-Age': MAX_AGE_SECONDS,
    Vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
  }
}

function allMethods(routes: RouteIndex<ApiPlan>, rawPath: string): readonly string[] {
  const methods = methodsOf(routes, rawPath)
  if (methods.length === 0) return []
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS']
}

/** Credentials are never granted: calls carry their token in a header, not in a cookie. */
function grantedOrigin(allowed: readonly string[], origin: string): string | undefined {
  if (allowed.includes('*')) return '*'
  return allowed.includes(origin) ? origin : undefined
}

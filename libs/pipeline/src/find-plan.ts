import { AppError } from '@penstock/errors'
import { findRoute } from '@penstock/routing'
import type { CallHead } from './call.js'
import type { ApiPlan, CompiledSnapshot } from './compiled-snapshot.js'

export interface RoutedCall {
  readonly plan: ApiPlan
  readonly pathValues: Readonly<Record<string, string>>
}

/** The API that a call is for. Throws ROUTE_NOT_FOUND, or REQUEST_MALFORMED when an escape in the path is broken. */
export function findPlan(snapshot: CompiledSnapshot, head: CallHead): RoutedCall {
  const found = findRoute(snapshot.routes, head.method === 'HEAD' ? 'GET' : head.method, head.rawPath)
  switch (found.kind) {
    case 'found':
      return { plan: found.route, pathValues: found.pathValues }
    case 'malformed':
      throw new AppError('REQUEST_MALFORMED', 'an escape in the path is malformed')
    case 'unknown':
      throw new AppError('ROUTE_NOT_FOUND', `no route ${head.method}`)
  }
}

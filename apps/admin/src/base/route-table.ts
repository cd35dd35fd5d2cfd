import type { Type } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import type { FastifyInstance } from 'fastify'
import type { Access } from './access-rule.js'
import { EndpointEntry, routerPath, type EndpointSpec } from './endpoint.js'

/** The endpoints of these controllers, in order of path and method. */
export function endpointsOf(controllers: readonly Type[]): readonly EndpointSpec[] {
  const reflector = new Reflector()
  return controllers
    .flatMap((controller) =>
      Object.getOwnPropertyNames(controller.prototype).flatMap((name) => {
        const member: unknown = Object.getOwnPropertyDescriptor(controller.prototype, name)?.value
        const spec = typeof member === 'function' ? reflector.get(EndpointEntry, member) : undefined
        return spec === undefined ? [] : [spec]
      }),
    )
    .sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))
}

/** Every route that the app may have, by method and router path. */
export function accessTable(
  endpoints: readonly EndpointSpec[],
  plainRoutes: readonly string[],
): ReadonlyMap<string, Access> {
  return new Map<string, Access>([
    ...endpoints.map((spec) => [`${spec.method} ${routerPath(spec)}`, spec.access] as const),
    ...plainRoutes.map((path) => [`GET ${path}`, 'public'] as const),
  ])
}

/**
 * Notes every route that is really registered, and returns the check for when all are: it throws when one has no entry in the table,
 * however it came in.
 */
export function watchRoutes(server: FastifyInstance): (table: ReadonlyMap<string, Access>) => void {
  const registered: string[] = []
  server.addHook('onRoute', ({ method, url }) => {
    for (const name of [method].flat()) registered.push(`${name} ${url}`)
  })
  return (table) => {
    const missing = registered.filter((route) => !/^(HEAD|OPTIONS) /.test(route) && !table.has(route))
    if (missing.length > 0) throw new Error(`These routes have no access entry: ${missing.join(', ')}`)
  }
}

function keyOf(spec: EndpointSpec): string {
  return `${spec.path} ${spec.method}`
}

import { requestSegments } from './request-path.js'
import type { Route, RouteIndex, RouteLeaf, RouteNode } from './route-index.js'

export type FoundRoute<R extends Route> =
  | { readonly kind: 'found'; readonly route: R; readonly pathValues: Readonly<Record<string, string>> }
  /** No route has this path and method. */
  | { readonly kind: 'unknown' }
  /** An escape in the path is malformed. */
  | { readonly kind: 'malformed' }

const NO_VALUES: Readonly<Record<string, string>> = Object.freeze(Object.create(null))
const UNKNOWN = Object.freeze({ kind: 'unknown' } as const)
const MALFORMED = Object.freeze({ kind: 'malformed' } as const)

/**
 * Finds the route of a request. `rawPath` is the path as it stands in the URL after `/api`, without the query. From left to right a static
 * segment wins over a parameter; where that leads to no route of this method, the parameter is tried. `pathValues` has no prototype.
 */
export function findRoute<R extends Route>(index: RouteIndex<R>, method: string, rawPath: string): FoundRoute<R> {
  const segments = requestSegments(rawPath)
  if (segments === undefined) return MALFORMED
  const values: string[] = []
  const leaf = search(index.root, segments, 0, method, values)
  return leaf === undefined ? UNKNOWN : { kind: 'found', route: leaf.route, pathValues: named(leaf.paramNames, values) }
}

/** Methods that some route has for this path, sorted; for OPTIONS and for the Allow header. */
export function methodsOf<R extends Route>(index: RouteIndex<R>, rawPath: string): readonly string[] {
  const segments = requestSegments(rawPath)
  if (segments === undefined) return []
  const methods = new Set<string>()
  collect(index.root, segments, 0, methods)
  return [...methods].sort()
}

function search<R extends Route>(
  node: RouteNode<R>,
  segments: readonly string[],
  depth: number,
  method: string,
  values: string[],
): RouteLeaf<R> | undefined {
  const text = segments[depth]
  if (text === undefined) return node.leaves.get(method)
  const fixed = node.statics.get(text)
  const leaf = fixed && search(fixed, segments, depth + 1, method, values)
  if (leaf !== undefined || node.param === undefined || text === '') return leaf
  values.push(text)
  const below = search(node.param, segments, depth + 1, method, values)
  if (below === undefined) values.pop()
  return below
}

function collect<R extends Route>(
  node: RouteNode<R>,
  segments: readonly string[],
  depth: number,
  methods: Set<string>,
): void {
  const text = segments[depth]
  if (text === undefined) {
    for (const method of node.leaves.keys()) methods.add(method)
    return
  }
  const fixed = node.statics.get(text)
  if (fixed !== undefined) collect(fixed, segments, depth + 1, methods)
  if (node.param !== undefined && text !== '') collect(node.param, segments, depth + 1, methods)
}

function named(names: readonly string[], values: readonly string[]): Readonly<Record<string, string>> {
  if (names.length === 0) return NO_VALUES
  const result: Record<string, string> = Object.create(null)
  for (let at = 0; at < names.length; at++) result[names[at] ?? ''] = values[at] ?? ''
  return result
}

import { type Segment, segmentsOf } from './path-pattern.js'

/** What the index needs of a route. `path` is in the form of normalisePath. */
export interface Route {
  readonly method: string
  readonly path: string
}

/** One place in the tree of segments. Written to only by the change that made it; never once an index was handed out. */
export interface RouteNode<R extends Route> {
  readonly statics: Map<string, RouteNode<R>>
  param: RouteNode<R> | undefined
  /** Routes that end here, by method. */
  readonly leaves: Map<string, RouteLeaf<R>>
}

export interface RouteLeaf<R extends Route> {
  readonly route: R
  readonly paramNames: readonly string[]
}

/** Routes of one snapshot, ready to be found. Immutable: a change makes another index that shares what is equal. */
export interface RouteIndex<R extends Route> {
  readonly root: RouteNode<R>
  readonly size: number
}

/** Two routes with the same method and the same path but for the names of parameters. Databases refuse them before they come here. */
export class RouteClash extends Error {
  override readonly name = 'RouteClash'
}

/** Indexes routes. Throws RouteClash when two are the same. */
export function buildRouteIndex<R extends Route>(routes: Iterable<R>): RouteIndex<R> {
  return changeRouteIndex<R>({ root: emptyNode(), size: 0 }, { remove: [], add: routes })
}

/**
 * The index with some routes removed and others added, removed ones first. Costs its delta: nodes on the changed paths are copied once,
 * all others are shared with the index before, which stays as it was. Removing a route that is not there is no fault.
 */
export function changeRouteIndex<R extends Route>(
  index: RouteIndex<R>,
  delta: { readonly remove: Iterable<Route>; readonly add: Iterable<R> },
): RouteIndex<R> {
  const change = new Change(index)
  for (const route of delta.remove) change.remove(route)
  for (const route of delta.add) change.add(route)
  return { root: change.root, size: change.size }
}

/**
 * The same change, some routes at a time: yields after every `routesPerStep`, so that the first index of a big snapshot does not hold up the
 * event loop. What has been made is seen by nobody before it is returned.
 */
export function* changeRouteIndexInSteps<R extends Route>(
  index: RouteIndex<R>,
  delta: { readonly remove: Iterable<Route>; readonly add: Iterable<R> },
  routesPerStep: number,
): Generator<void, RouteIndex<R>> {
  const change = new Change(index)
  let changed = 0
  for (const route of delta.remove) {
    change.remove(route)
    if (++changed % routesPerStep === 0) yield
  }
  for (const route of delta.add) {
    change.add(route)
    if (++changed % routesPerStep === 0) yield
  }
  return { root: change.root, size: change.size }
}

function emptyNode<R extends Route>(): RouteNode<R> {
  return { statics: new Map(), param: undefined, leaves: new Map() }
}

/** Knows which nodes it has made itself, and writes into those alone. */
class Change<R extends Route> {
  readonly #own = new Set<RouteNode<R>>()
  readonly root: RouteNode<R>
  size: number

  constructor(index: RouteIndex<R>) {
    this.root = this.#owned(index.root)
    this.size = index.size
  }

  add(route: R): void {
    const segments = segmentsOf(route.path)
    let node = this.root
    for (const segment of segments) node = this.#ownedChild(node, segment)
    const there = node.leaves.get(route.method)
    if (there !== undefined) throw new RouteClash(`${route.method} ${route.path} clashes with ${there.route.path}`)
    const paramNames = segments.flatMap((segment) => (segment.kind === 'param' ? [segment.name] : []))
    node.leaves.set(route.method, { route, paramNames })
    this.size++
  }

  remove(route: Route): void {
    const segments = segmentsOf(route.path)
    const end = segments.reduce<RouteNode<R> | undefined>((node, segment) => node && childOf(node, segment), this.root)
    if (end?.leaves.has(route.method) !== true) return
    this.#removeBelow(this.root, segments, route.method)
    this.size--
  }

  /** Takes away nodes that are empty then, too, so that an index does not grow with everything that was ever published. */
  #removeBelow(node: RouteNode<R>, segments: readonly Segment[], method: string): void {
    const [segment, ...rest] = segments
    if (segment === undefined) {
      node.leaves.delete(method)
      return
    }
    const child = this.#ownedChild(node, segment)
    this.#removeBelow(child, rest, method)
    if (child.leaves.size > 0 || child.statics.size > 0 || child.param !== undefined) return
    if (segment.kind === 'param') node.param = undefined
    else node.statics.delete(segment.text)
  }

  #ownedChild(node: RouteNode<R>, segment: Segment): RouteNode<R> {
    const there = childOf(node, segment)
    const child = there === undefined ? this.#made(emptyNode()) : this.#owned(there)
    if (child === there) return child
    if (segment.kind === 'param') node.param = child
    else node.statics.set(segment.text, child)
    return child
  }

  #owned(node: RouteNode<R>): RouteNode<R> {
    if (this.#own.has(node)) return node
    return this.#made({ statics: new Map(node.statics), param: node.param, leaves: new Map(node.leaves) })
  }

  #made(node: RouteNode<R>): RouteNode<R> {
    this.#own.add(node)
    return node
  }
}

function childOf<R extends Route>(node: RouteNode<R>, segment: Segment): RouteNode<R> | undefined {
  return segment.kind === 'param' ? node.param : node.statics.get(segment.text)
}

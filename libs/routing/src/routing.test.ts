import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  buildRouteIndex,
  changeRouteIndex,
  changeRouteIndexInSteps,
  findRoute,
  methodsOf,
  normalisePath,
  PATH_LENGTH_MAX,
  PATH_SEGMENTS_MAX,
  type Route,
  RouteClash,
  type RouteIndex,
  routeKey,
} from './index.js'

const route = (line: string): Route => {
  const [method = '', path = ''] = line.split(' ')
  return { method, path }
}
const found = (index: RouteIndex<Route>, line: string) => {
  const { method, path } = route(line)
  const result = findRoute(index, method, path)
  return result.kind === 'found' ? { path: result.route.path, values: { ...result.pathValues } } : result.kind
}

describe('the path of an API', () => {
  it.each([
    ['users', 'users'],
    ['/users/', 'users'],
    [' //users/{id}/ ', 'users/{id}'],
    ['a/{b}/c/{d_e.f-1}', 'a/{b}/c/{d_e.f-1}'],
    ['Straße/%'.slice(0, 6), 'Straße'],
    ['reports/2024-01:final,v2@home', 'reports/2024-01:final,v2@home'],
    ['x/v1', 'x/v1'],
    ['V1', 'V1'],
    ['e\u0301', '\u00e9'],
  ])('%j has the one form %j', (input, path) => {
    expect(normalisePath(input)).toMatchObject({ ok: true, pattern: { path } })
  })

  it.each([
    ['', 'empty'],
    ['///', 'empty'],
    ['a//b', 'two slashes'],
    ['v1', 'begin with'],
    ['token/x', 'begin with'],
    ['health', 'begin with'],
    ['a/../b', 'resolve'],
    ['a/./b', 'resolve'],
    ['a/{id}/{id}', 'twice'],
    ['a/{}', 'name must'],
    ['a/{1a}', 'name must'],
    ['a/{a b}', 'name must'],
    ['a/x{id}', 'whole segment'],
    ['a/{id}.csv', 'whole segment'],
    ['a/{id', 'whole segment'],
    ['a/id}', 'whole segment'],
    ['a b', 'character'],
    ['a?b', 'character'],
    ['a#b', 'character'],
    ['a%20b', 'character'],
    ['a\\b', 'character'],
    ['a\u0000b', 'character'],
    ['a\u00a0b', 'character'],
    ['a\ud800b', 'character'],
    ['x'.repeat(PATH_LENGTH_MAX + 1), 'at most'],
    ['a/'.repeat(PATH_SEGMENTS_MAX) + 'a', 'at most'],
  ])('refuses %j', (input, reason) => {
    const result = normalisePath(input)
    expect(result.ok ? 'accepted' : result.faults.join()).toContain(reason)
  })

  it('names all faults at once', () => {
    const result = normalisePath('v1/a b/{x}/{x}')
    expect(result.ok ? [] : result.faults).toHaveLength(3)
  })

  it('has a key without the names of its parameters', () => {
    expect(routeKey('GET', 'users/{id}/a/{b}')).toBe('GET users/{}/a/{}')
    expect(routeKey('GET', 'users/{name}')).toBe(routeKey('GET', 'users/{id}'))
    expect(routeKey('POST', 'users/{id}')).not.toBe(routeKey('GET', 'users/{id}'))
  })
})

describe('finding a route', () => {
  const index = buildRouteIndex(
    [
      'GET users',
      'GET users/{id}',
      'GET users/me',
      'POST users/me/x',
      'GET users/{id}/x',
      'DELETE users/{user}',
      'GET Straße',
      'GET {any}/z',
    ].map(route),
  )

  it.each([
    ['GET users', { path: 'users', values: {} }],
    ['GET /users/', { path: 'users', values: {} }],
    ['GET users/7', { path: 'users/{id}', values: { id: '7' } }],
    ['GET users/me', { path: 'users/me', values: {} }],
    ['DELETE users/me', { path: 'users/{user}', values: { user: 'me' } }],
    ['GET users/me/x', { path: 'users/{id}/x', values: { id: 'me' } }],
    ['GET users/z', { path: 'users/{id}', values: { id: 'z' } }],
    ['GET other/z', { path: '{any}/z', values: { any: 'other' } }],
    ['GET users/a%2Fb', { path: 'users/{id}', values: { id: 'a/b' } }],
    ['GET users/%C3%A9+%20', { path: 'users/{id}', values: { id: 'é+ ' } }],
    ['GET %75sers', { path: 'users', values: {} }],
    ['GET Stra%C3%9Fe', { path: 'Straße', values: {} }],
    ['GET Users', 'unknown'],
    ['PUT users', 'unknown'],
    ['GET users//x', 'unknown'],
    ['GET users/7/8', 'unknown'],
    ['GET users%2F7', 'unknown'],
    ['GET ', 'unknown'],
    ['GET users/%', 'malformed'],
    ['GET users/%ff', 'malformed'],
    ['GET users/a%00', 'malformed'],
  ])('%s', (line, expected) => {
    expect(found(index, line)).toEqual(expected)
  })

  it('keeps names like __proto__ and constructor as mere text', () => {
    const odd = buildRouteIndex(['GET {__proto__}/constructor', 'GET __proto__'].map(route))
    const result = findRoute(odd, 'GET', 'x/constructor')
    expect(result.kind === 'found' && Object.entries(result.pathValues)).toEqual([['__proto__', 'x']])
    expect(findRoute(odd, 'GET', 'x/toString').kind).toBe('unknown')
    expect(findRoute(odd, 'toString', '__proto__').kind).toBe('unknown')
  })

  it('knows the methods of a path over all routes that match it', () => {
    expect(methodsOf(index, 'users/me')).toEqual(['DELETE', 'GET'])
    expect(methodsOf(index, 'nothing/here')).toEqual([])
    expect(methodsOf(index, '%')).toEqual([])
  })

  it('refuses two routes that differ in the names of parameters alone', () => {
    expect(() => buildRouteIndex(['GET a/{x}', 'GET a/{y}'].map(route))).toThrow(RouteClash)
  })
})

/** Words that meet often, so that statics, parameters and requests overlap. */
const word = fc.constantFrom('a', 'b', 'c')
const pattern = fc
  .array(fc.oneof(word, fc.constant('{p}')), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.map((part, at) => (part === '{p}' ? `{p${at}}` : part)).join('/'))
const anyRoute = fc.record({ method: fc.constantFrom('GET', 'POST'), path: pattern })
const routeSet = fc.uniqueArray(anyRoute, { selector: (item) => routeKey(item.method, item.path), maxLength: 25 })
const request = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  path: fc.array(word, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
})

/** All routes that fit; of those the one whose pattern is static earliest. */
function oracle(routes: readonly Route[], method: string, path: string): string | undefined {
  const parts = path.split('/')
  const rank = (item: Route) => item.path.replace(/\{[^}]*\}/g, '~')
  const fits = (item: Route) => {
    const segments = item.path.split('/')
    return (
      item.method === method &&
      segments.length === parts.length &&
      segments.every((text, at) => text.startsWith('{') || text === parts[at])
    )
  }
  return routes.filter(fits).sort((left, right) => (rank(left) < rank(right) ? -1 : 1))[0]?.path
}

describe('the index and a naive search', () => {
  it('agree on every request', () => {
    fc.assert(
      fc.property(routeSet, fc.array(request, { maxLength: 20 }), (routes, requests) => {
        const index = buildRouteIndex(routes)
        expect(index.size).toBe(routes.length)
        for (const { method, path } of requests) {
          const result = findRoute(index, method, path)
          expect(result.kind === 'found' ? result.route.path : undefined).toBe(oracle(routes, method, path))
        }
      }),
      { numRuns: 500 },
    )
  })

  it('agree after changes, and the index before a change stays as it was', () => {
    fc.assert(
      fc.property(routeSet, routeSet, fc.array(request, { maxLength: 20 }), (before, after, requests) => {
        const first = buildRouteIndex(before)
        const second = changeRouteIndex(first, { remove: before, add: after })
        const half = changeRouteIndex(second, { remove: after.slice(0, 5), add: [] })
        for (const [index, routes] of [
          [first, before],
          [second, after],
          [half, after.slice(5)],
        ] as const) {
          expect(index.size).toBe(routes.length)
          for (const { method, path } of requests) {
            const result = findRoute(index, method, path)
            expect(result.kind === 'found' ? result.route.path : undefined).toBe(oracle(routes, method, path))
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  it('can be changed in steps, to the same index, while the one before stays as it was', () => {
    const before = buildRouteIndex(['GET a/b', 'GET gone/{x}'].map(route))
    const delta = {
      remove: [route('GET gone/{x}')],
      add: Array.from({ length: 25 }, (_, index) => route(`GET many/n${index}/{id}`)),
    }
    const steps = changeRouteIndexInSteps(before, delta, 10)
    let yields = 0
    let step = steps.next()
    for (; step.done !== true; step = steps.next()) yields += 1
    expect(yields).toBe(2)
    expect(step.value).toEqual(changeRouteIndex(before, delta))
    expect(before).toEqual(buildRouteIndex(['GET a/b', 'GET gone/{x}'].map(route)))
  })

  it('leaves nothing behind of routes that were removed', () => {
    const routes = ['GET a/b/{c}/d', 'POST a/{x}', 'GET q'].map(route)
    const empty = changeRouteIndex(buildRouteIndex(routes), { remove: [...routes, route('GET never/there')], add: [] })
    expect(empty).toEqual(buildRouteIndex([]))
  })

  it('shares every untouched part with the index before', () => {
    const first = buildRouteIndex(['GET a/b', 'GET c/d'].map(route))
    const second = changeRouteIndex(first, { remove: [], add: [route('GET c/e')] })
    expect(second.root.statics.get('a')).toBe(first.root.statics.get('a'))
    expect(second.root.statics.get('c')).not.toBe(first.root.statics.get('c'))
  })
})

import { findRoute } from '@penstock/routing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CompiledSnapshot } from './compiled-snapshot.js'
import { apiEntry, clientEntry, compiled, datasourceEntry, groupEntry, keyEntry } from './test/entries.js'

const names = (snapshot: CompiledSnapshot) => ({
  apis: [...snapshot.apis.values()].map(({ path, called }) => `${path}@${called.version}`).sort(),
  clients: [...snapshot.clientsByName.keys()].sort(),
  groups: [...snapshot.groups.keys()].sort(),
})

describe('compileSnapshot', () => {
  it('opens what is sealed and keys it for calls', () => {
    const client = clientEntry('caller', { api_ids: ['a'] })
    const { snapshot, entryErrors } = compiled([
      datasourceEntry(),
      client,
      keyEntry('k1', 'client-token'),
      keyEntry('p1', 'client-secret-pepper'),
    ])
    expect(entryErrors.size).toBe(0)
    expect([...snapshot.datasources.values()][0]?.connection.password).toBe('hunter2')
    expect(snapshot.clientsByName.get('caller')?.apiIds.has('a')).toBe(true)
    expect(snapshot.peppers).toHaveLength(1)
  })

  it('comes to the same by steps as from scratch, whatever was added, changed and removed', () => {
    const paths = ['a', 'a/{id}', 'a/b', 'c', 'c/{x}/d']
    const apis = paths.map((path) => apiEntry(path, 'select 1'))
    const state = fc.array(fc.record({ at: fc.nat(paths.length - 1), version: fc.integer({ min: 1, max: 3 }) }))
    fc.assert(
      fc.property(state, state, (first, second) => {
        const pick = (chosen: typeof first) =>
          [...new Map(chosen.map(({ at, version }) => [at, version]))].flatMap(([at, version]) => {
            const entry = apis[at]
            return entry === undefined ? [] : [{ ...entry, version }]
          })
        const one = pick(first)
        const two = pick(second)
        const before = compiled(one).snapshot
        const frozen = names(before)
        const removed = one.filter(({ id }) => two.every((entry) => entry.id !== id)).map(({ id }) => `api:${id}`)
        const stepped = compiled(two, { before, removed, revision: 2 }).snapshot
        const scratch = compiled(two).snapshot
        expect(names(stepped)).toEqual(names(scratch))
        expect(names(before)).toEqual(frozen)
        for (const path of ['a', 'a/7', 'a/b', 'c', 'c/1/d', 'none']) {
          const found = [stepped, scratch].map((snapshot) => findRoute(snapshot.routes, 'GET', path))
          expect(found.map((one) => (one.kind === 'found' ? one.route.called.version : one.kind))).toSatisfy(
            ([left, right]: unknown[]) => left === right,
          )
        }
      }),
      { numRuns: 50 },
    )
  })

  it('lets a route move from one API to another in one revision', () => {
    const old = apiEntry('orders', 'select 1')
    const { snapshot: before } = compiled([old])
    const taking = apiEntry('orders', 'select 2')
    const { snapshot } = compiled([{ ...old, path: 'old-orders' }, taking], { before, revision: 2 })
    expect(findRoute(snapshot.routes, 'GET', 'orders')).toMatchObject({ route: { id: taking.id } })
    expect(findRoute(snapshot.routes, 'GET', 'old-orders')).toMatchObject({ route: { id: old.id } })
  })

  it('keeps the old version of an entry that does not compile, and answers for one that has none', () => {
    const good = apiEntry('good', 'select 1')
    const bad = (entry: typeof good) => ({ ...entry, version: 2, sql: { ...entry.sql, program: { format: 999 } } })
    const { snapshot: before } = compiled([good])
    const fresh = bad(apiEntry('fresh', 'select 1'))
    const { snapshot, entryErrors } = compiled([bad(good), fresh, groupEntry()], { before, revision: 2 })
    expect([...entryErrors.keys()].sort()).toEqual([`api:${good.id}`, `api:${fresh.id}`].sort())
    expect(snapshot.apis.get(good.id)?.called.version).toBe(1)
    expect(snapshot.apis.get(fresh.id)?.work.kind).toBe('broken')
    expect(snapshot.groups.size).toBe(1)
  })

  it('refuses a data source that was sealed with another key, and says so', () => {
    const sealedElsewhere = datasourceEntry({ password: 'AAAA' })
    const { snapshot, entryErrors } = compiled([sealedElsewhere])
    expect([...entryErrors.keys()]).toEqual([`datasource:${sealedElsewhere.id}`])
    expect(snapshot.datasources.size).toBe(0)
  })

  it('keeps what it knows of tokens while the keys stay the same, and forgets it with them', () => {
    const key = keyEntry('k1', 'client-token')
    const first = compiled([key]).snapshot
    const second = compiled([groupEntry()], { before: first, revision: 2 }).snapshot
    expect(second.tokenKeys).toBe(first.tokenKeys)
    const third = compiled([], { before: second, removed: ['key:k1'], revision: 3 }).snapshot
    expect(third.tokenKeys).not.toBe(first.tokenKeys)
    expect(third.tokenKeys.byKid.size).toBe(0)
  })

  it('names the settings of a data source the same exactly while they are the same', () => {
    const hashOf = (options: Parameters<typeof datasourceEntry>[0]) =>
      [...compiled([datasourceEntry(options)]).snapshot.datasources.values()][0]?.settingsHash
    expect(hashOf({ name: 'renamed', is_active: false })).toBe(hashOf({}))
    expect(hashOf({ port: 5433 })).not.toBe(hashOf({}))
  })
})

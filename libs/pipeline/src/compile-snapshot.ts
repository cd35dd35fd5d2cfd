import { tokenKeys } from '@penstock/access-tokens'
import type { SnapshotEntry } from '@penstock/contracts'
import { buildRouteIndex, changeRouteIndexInSteps, type RouteIndex } from '@penstock/routing'
import type { WrappingKey } from '@penstock/secrets'
import { brokenApi, compileApi } from './compile-api.js'
import { compileClient, compileDatasource, compileGroup, compileKey } from './compile-entries.js'
import type { ApiPlan, CompiledSnapshot, KeyPlan } from './compiled-snapshot.js'

/** Entries that are new or changed since the snapshot before, and keys (`api:6f9c…`) of those that are gone. */
export interface SnapshotChange {
  readonly version: { readonly epoch: string; readonly revision: number }
  readonly changed: readonly SnapshotEntry[]
  readonly removed: readonly string[]
}

export interface CompileOutcome {
  readonly snapshot: CompiledSnapshot
  /** Entries that could not be compiled: key → sentence. They keep their old version. */
  readonly entryErrors: ReadonlyMap<string, string>
}

/**
 * Compiles the next snapshot from the one before and what changed, one entry per step. The one before stays as it is. An entry that does
 * not compile keeps its old version; an API that has none answers API_BROKEN, so that it does not look unpublished. Throws when routes
 * clash, which refuses the revision.
 */
export function* compileSnapshot(
  change: SnapshotChange,
  before: CompiledSnapshot | undefined,
  wrappingKey: WrappingKey,
): Generator<void, CompileOutcome> {
  const draft = draftOf(before)
  const entryErrors = new Map<string, string>()
  for (const key of change.removed) remove(draft, key)
  for (const entry of change.changed) {
    try {
      put(draft, entry, wrappingKey)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      entryErrors.set(`${entry.kind}:${entry.id}`, reason)
      if (entry.kind === 'api' && !draft.apis.has(entry.id)) draft.apis.set(entry.id, brokenApi(entry, reason))
    }
    yield
  }
  const routes = yield* indexRoutes(before, draft.apis)
  return { snapshot: finish(draft, change, before, routes), entryErrors }
}

type Draft = ReturnType<typeof draftOf>

function draftOf(before: CompiledSnapshot | undefined) {
  return {
    apis: new Map(before?.apis),
    clients: new Map(before?.clients),
    groups: new Map(before?.groups),
    datasources: new Map(before?.datasources),
    keys: new Map(before?.keys),
  }
}

function remove(draft: Draft, key: string): void {
  const colon = key.indexOf(':')
  const kind = key.slice(0, colon)
  const id = key.slice(colon + 1)
  if (kind === 'api') draft.apis.delete(id)
  else if (kind === 'client') draft.clients.delete(id)
  else if (kind === 'group') draft.groups.delete(id)
  else if (kind === 'datasource') draft.datasources.delete(id)
  else if (kind === 'key') draft.keys.delete(id)
}

function put(draft: Draft, entry: SnapshotEntry, wrappingKey: WrappingKey): void {
  switch (entry.kind) {
    case 'api':
      draft.apis.set(entry.id, compileApi(entry))
      return
    case 'client':
      draft.clients.set(entry.id, compileClient(entry))
      return
    case 'group':
      draft.groups.set(entry.id, compileGroup(entry))
      return
    case 'datasource':
      draft.datasources.set(entry.id, compileDatasource(entry, wrappingKey))
      return
    case 'key':
      draft.keys.set(entry.id, compileKey(entry, wrappingKey))
      return
  }
}

// Routes are added in pieces, so that the first index of a big snapshot does not hold up the event loop.
const ROUTES_PER_STEP = 100

function* indexRoutes(
  before: CompiledSnapshot | undefined,
  apis: ReadonlyMap<string, ApiPlan>,
): Generator<void, RouteIndex<ApiPlan>> {
  const removed = [...(before?.apis ?? [])].filter(([id, plan]) => apis.get(id) !== plan).map(([, plan]) => plan)
  const added = [...apis].filter(([id, plan]) => before?.apis.get(id) !== plan).map(([, plan]) => plan)
  yield
  const index = before?.routes ?? buildRouteIndex<ApiPlan>([])
  return yield* changeRouteIndexInSteps(index, { remove: removed, add: added }, ROUTES_PER_STEP)
}

function finish(
  draft: Draft,
  { version }: SnapshotChange,
  before: CompiledSnapshot | undefined,
  routes: RouteIndex<ApiPlan>,
): CompiledSnapshot {
  const keys = sameKeys(before?.keys, draft.keys) ? (before?.keys ?? draft.keys) : draft.keys
  return Object.freeze({
    ...version,
    routes,
    ...draft,
    keys,
    clientsByName: new Map([...draft.clients.values()].map((client) => [client.clientId, client])),
    // Verified tokens are remembered with the keys; while the keys stay the same, that memory is worth keeping.
    tokenKeys: before !== undefined && keys === before.keys ? before.tokenKeys : tokenKeysOf(keys),
    peppers: [...keys.values()].filter(({ purpose }) => purpose === 'client-secret-pepper').map(({ secret }) => secret),
  })
}

function sameKeys(before: ReadonlyMap<string, KeyPlan> | undefined, now: ReadonlyMap<string, KeyPlan>): boolean {
  return before?.size === now.size && [...now].every(([id, key]) => before.get(id) === key)
}

function tokenKeysOf(keys: ReadonlyMap<string, KeyPlan>) {
  const signing = [...keys.values()].filter(({ purpose }) => purpose === 'client-token')
  return tokenKeys(
    signing.map(({ kid, secret, notBefore, notAfter }) => ({
      kid,
      secret: Buffer.from(secret, 'utf8'),
      notBefore,
      notAfter,
    })),
  )
}

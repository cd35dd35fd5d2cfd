import type { HttpMethod } from '@penstock/contracts'
import type { ObjectLiteral } from 'typeorm'
import type { Tx } from '../control-database.js'
import { Api } from '../entities/api.js'
import { containing, onlyPermitted, pageOf, type Page, type PageRequest, type Permitted } from '../page.js'
import { recordStore } from './record-store.js'

export interface ApiFilter extends PageRequest {
  readonly permitted: Permitted
  readonly name?: string | undefined
  readonly path?: string | undefined
  readonly moduleId?: string | undefined
  readonly datasourceId?: string | undefined
  readonly httpMethod?: HttpMethod | undefined
  readonly accessType?: 'public' | 'private' | undefined
  readonly isActive?: boolean | undefined
  readonly isPublished?: boolean | undefined
}

/** An API that has a route already. */
export interface RouteHolder {
  readonly id: string
  readonly name: string
  readonly path: string
}

const SORTABLE = {
  name: 'name',
  path: 'path',
  http_method: 'httpMethod',
  sort_order: 'sortOrder',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
  published_at: 'publishedAt',
}

/** The key is computed as the columns of the table are. */
const ROUTE_KEY = /* sql */ `regexp_replace($2, '\\{[^{}]*\\}', '{}', 'g')`
const PUBLISHED_ROUTE = /* sql */ `
SELECT id, name, published_path AS path FROM apis
WHERE published_method = $1 AND published_route_key = ${ROUTE_KEY} AND published_version_id IS NOT NULL AND id IS DISTINCT FROM $3::uuid`
const DRAFT_ROUTE = /* sql */ `
SELECT id, name, path FROM apis WHERE http_method = $1 AND route_key = ${ROUTE_KEY} AND id IS DISTINCT FROM $3::uuid`

/** What can be written of an API; the database computes the rest. */
export type ApiColumns = Partial<Omit<Api, 'routeKey' | 'publishedRouteKey' | 'createdAt' | 'updatedAt'>>

// TypeORM's own type of a partial entity descends into JSON columns and refuses what is unknown there.
const written = recordStore<ObjectLiteral>(Api)

export const apiStore = {
  ...recordStore(Api),

  /** Columns that are left out get the database's defaults. */
  insert: (tx: Tx, columns: ApiColumns): Promise<void> => written.insert(tx, columns),
  change: (tx: Tx, id: string, columns: ApiColumns): Promise<void> => written.change(tx, id, columns),

  page(tx: Tx, filter: ApiFilter): Promise<Page<Api>> {
    const query = onlyPermitted(tx.createQueryBuilder(Api, 'api'), filter.permitted)
    if (filter.name !== undefined) query.andWhere('api.name ILIKE :name', { name: containing(filter.name) })
    if (filter.path !== undefined) query.andWhere('api.path ILIKE :path', { path: containing(filter.path) })
    for (const column of ['moduleId', 'datasourceId', 'httpMethod', 'accessType', 'isActive'] as const) {
      if (filter[column] !== undefined) query.andWhere(`api.${column} = :${column}`, { [column]: filter[column] })
    }
    if (filter.isPublished !== undefined) {
      query.andWhere(`api.publishedVersionId IS ${filter.isPublished ? 'NOT NULL' : 'NULL'}`)
    }
    return pageOf(query, filter, SORTABLE)
  },

  /** Notes that what a version would hold has changed. */
  async bumpDraft(tx: Tx, id: string): Promise<void> {
    await tx.query('UPDATE apis SET draft_revision = draft_revision + 1 WHERE id = $1', [id])
  },

  /** Makes every cached answer of the API one that no gateway finds any more. */
  async bumpCacheGeneration(tx: Tx, id: string): Promise<void> {
    await tx.query('UPDATE apis SET cache_generation = cache_generation + 1 WHERE id = $1', [id])
  },

  /** The other API that is published under this route, whatever its parameters are called. */
  async publishedRoute(
    tx: Tx,
    method: HttpMethod,
    path: string,
    exceptId: string | null,
  ): Promise<RouteHolder | undefined> {
    const [holder]: RouteHolder[] = await tx.query(PUBLISHED_ROUTE, [method, path, exceptId])
    return holder
  },

  /** The other API whose draft has this route. */
  async draftRoute(
    tx: Tx,
    method: HttpMethod,
    path: string,
    exceptId: string | null,
  ): Promise<RouteHolder | undefined> {
    const [holder]: RouteHolder[] = await tx.query(DRAFT_ROUTE, [method, path, exceptId])
    return holder
  },
}

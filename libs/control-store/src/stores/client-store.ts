import type { Tx } from '../control-database.js'
import { Client } from '../entities/client.js'
import { containing, onlyPermitted, pageOf, type Page, type PageRequest, type Permitted } from '../page.js'
import { recordStore } from './record-store.js'

export interface ClientFilter extends PageRequest {
  readonly permitted: Permitted
  readonly name?: string | undefined
  readonly clientId?: string | undefined
  readonly isActive?: boolean | undefined
}

/** An API that a client may call, and through what. */
export interface EffectiveApi {
  readonly id: string
  readonly name: string
  readonly httpMethod: string
  readonly path: string
  readonly accessType: 'public' | 'private'
  readonly isPublished: boolean
  readonly direct: boolean
  readonly groups: readonly string[]
}

const SORTABLE = { name: 'name', client_id: 'clientId', created_at: 'createdAt', updated_at: 'updatedAt' }

/** Links of inactive groups grant nothing; public APIs need no link and are left out unless there is one. */
const EFFECTIVE_APIS = /* sql */ `
SELECT a.id, a.name, coalesce(a.published_method, a.http_method) AS "httpMethod", coalesce(a.published_path, a.path) AS path,
  a.access_type AS "accessType", a.published_version_id IS NOT NULL AS "isPublished",
  bool_or(granted.group_name IS NULL) AS direct,
  coalesce(array_agg(DISTINCT granted.group_name ORDER BY granted.group_name) FILTER (WHERE granted.group_name IS NOT NULL), '{}') AS groups
FROM (
  SELECT api_id, NULL::text AS group_name FROM client_apis WHERE client_id = $1
  UNION ALL
  SELECT ga.api_id, g.name FROM group_clients gc
  JOIN api_groups g ON g.id = gc.group_id AND g.is_active
  JOIN group_apis ga ON ga.group_id = g.id
  WHERE gc.client_id = $1
) granted
JOIN apis a ON a.id = granted.api_id
GROUP BY a.id ORDER BY 4, 3, 1`

export const clientStore = {
  ...recordStore(Client),

  page(tx: Tx, filter: ClientFilter): Promise<Page<Client>> {
    const query = onlyPermitted(tx.createQueryBuilder(Client, 'client'), filter.permitted)
    if (filter.name !== undefined) query.andWhere('client.name ILIKE :name', { name: containing(filter.name) })
    if (filter.clientId !== undefined) query.andWhere('client.clientId = :clientId', { clientId: filter.clientId })
    if (filter.isActive !== undefined) query.andWhere('client.isActive = :isActive', { isActive: filter.isActive })
    return pageOf(query, filter, SORTABLE)
  },

  /** Every API that the client is linked to, directly or through an active group. */
  effectiveApis(tx: Tx, id: string): Promise<readonly EffectiveApi[]> {
    return tx.query(EFFECTIVE_APIS, [id])
  },
}

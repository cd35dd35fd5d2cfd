import type { Tx } from '../control-database.js'
import { Datasource } from '../entities/datasource.js'
import { containing, onlyPermitted, pageOf, type Page, type PageRequest, type Permitted } from '../page.js'
import { recordStore } from './record-store.js'

export interface DatasourceFilter extends PageRequest {
  readonly permitted: Permitted
  readonly name?: string | undefined
  readonly productType?: string | undefined
  readonly isActive?: boolean | undefined
}

const SORTABLE = {
  name: 'name',
  product_type: 'productType',
  host: 'host',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
}

/** Both the draft and what is published count: either would break. */
const DEPENDENTS = /* sql */ `
SELECT 'API ' || a.http_method || ' /' || a.path AS name
FROM apis a LEFT JOIN api_versions v ON v.id = a.published_version_id
WHERE a.datasource_id = $1 OR a.published_datasource_id = $1 OR $1 = ANY (a.extra_datasource_ids) OR $1 = ANY (v.extra_datasource_ids)
ORDER BY 1 LIMIT 20`
/** Who removes one takes its row for itself, so a list that was locked here cannot lose an item before the transaction ends. */
const HOLD = /* sql */ `SELECT id FROM datasources WHERE id = ANY ($1::uuid[]) ORDER BY id FOR SHARE`

export const datasourceStore = {
  ...recordStore(Datasource),

  page(tx: Tx, filter: DatasourceFilter): Promise<Page<Datasource>> {
    const query = onlyPermitted(tx.createQueryBuilder(Datasource, 'datasource'), filter.permitted)
    if (filter.name !== undefined) query.andWhere('datasource.name ILIKE :name', { name: containing(filter.name) })
    if (filter.productType !== undefined)
      query.andWhere('datasource.productType = :productType', { productType: filter.productType })
    if (filter.isActive !== undefined) query.andWhere('datasource.isActive = :isActive', { isActive: filter.isActive })
    return pageOf(query, filter, SORTABLE)
  },

  /** Names of what uses the data source, at most 20. */
  async dependents(tx: Tx, id: string): Promise<readonly string[]> {
    const rows: { name: string }[] = await tx.query(DEPENDENTS, [id])
    return rows.map(({ name }) => name)
  },

  /** Keeps these from being removed until the transaction ends: no foreign key watches over a list. */
  async hold(tx: Tx, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await tx.query(HOLD, [[...ids]])
  },
}

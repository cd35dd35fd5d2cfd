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
SELECT 'API ' || http_method || ' /' || path AS name FROM apis
WHERE datasource_id = $1 OR published_datasource_id = $1 OR $1 = ANY (extra_datasource_ids)
ORDER BY 1 LIMIT 20`

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
}

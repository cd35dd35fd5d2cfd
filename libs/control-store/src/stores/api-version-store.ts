import type { ObjectLiteral } from 'typeorm'
import type { Tx } from '../control-database.js'
import { ApiVersion } from '../entities/api-version.js'
import { pageOf, type Page, type PageRequest } from '../page.js'
import { recordStore } from './record-store.js'

export interface VersionFilter extends PageRequest {
  readonly ownerId: string
}

/** What a new version is made of. */
export type NewApiVersion = Omit<ApiVersion, 'createdAt'>

const versions = recordStore(ApiVersion)
// TypeORM's own type of a partial entity descends into JSON columns and refuses what is unknown there.
const written = recordStore<ObjectLiteral>(ApiVersion)

/** Versions are history: they are taken and read, and go only with their API. */
export const apiVersionStore = {
  find: versions.find,
  insert: (tx: Tx, version: NewApiVersion): Promise<void> => written.insert(tx, version),

  page(tx: Tx, filter: VersionFilter): Promise<Page<ApiVersion>> {
    const query = tx
      .createQueryBuilder(ApiVersion, 'version')
      .where('version.apiId = :ownerId', { ownerId: filter.ownerId })
    return pageOf(query, filter, { version: 'version' })
  },

  /** The version with the greatest number. */
  newest(tx: Tx, apiId: string): Promise<ApiVersion | null> {
    return tx
      .createQueryBuilder(ApiVersion, 'version')
      .where('version.apiId = :apiId', { apiId })
      .orderBy('version.version', 'DESC')
      .limit(1)
      .getOne()
  },
}

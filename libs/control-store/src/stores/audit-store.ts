import type { Tx } from '../control-database.js'
import { AuditRecord } from '../entities/audit-record.js'
import { pageOf, type Page, type PageRequest } from '../page.js'

export type NewAuditRecord = Omit<AuditRecord, 'id' | 'at'>

export interface AuditFilter extends PageRequest {
  readonly resourceType?: string | undefined
  readonly resourceId?: string | undefined
  readonly action?: string | undefined
  readonly username?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const SORTABLE = { at: 'at' }

const INSERT = /* sql */ `
INSERT INTO audit_log (user_id, username, ip, request_id, action, resource_type, resource_id, resource_name, before, after)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

export const auditStore = {
  /** Adds a record. It holds no secrets: the caller has replaced them. */
  async append(tx: Tx, record: NewAuditRecord): Promise<void> {
    const { userId, username, ip, requestId, action, resourceType, resourceId, resourceName, before, after } = record
    await tx.query(INSERT, [
      userId,
      username,
      ip,
      requestId,
      action,
      resourceType,
      resourceId,
      resourceName,
      before,
      after,
    ])
  },

  page(tx: Tx, filter: AuditFilter): Promise<Page<AuditRecord>> {
    const query = tx.createQueryBuilder(AuditRecord, 'record')
    if (filter.resourceType !== undefined)
      query.andWhere('record.resourceType = :resourceType', { resourceType: filter.resourceType })
    if (filter.resourceId !== undefined)
      query.andWhere('record.resourceId = :resourceId', { resourceId: filter.resourceId })
    if (filter.action !== undefined) query.andWhere('record.action = :action', { action: filter.action })
    if (filter.username !== undefined) query.andWhere('record.username = :username', { username: filter.username })
    if (filter.from !== undefined) query.andWhere('record.at >= :from', { from: filter.from })
    if (filter.to !== undefined) query.andWhere('record.at < :to', { to: filter.to })
    return pageOf(query, filter, SORTABLE)
  },
}

import type { auditList, listAuditQuery } from '@penstock/contracts'
import { auditStore } from '@penstock/control-store'
import type { z } from 'zod'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'

export type ListAuditLog = (
  caller: Caller,
  query: z.output<typeof listAuditQuery>,
) => Promise<z.output<typeof auditList>>

/** The audit log, newest first unless asked otherwise. */
export function listAuditLog({ database }: Pick<Ports, 'database'>): ListAuditLog {
  return async (_caller, query) => {
    const { items, total } = await database.read((tx) =>
      auditStore.page(tx, {
        page: query.page,
        pageSize: query.page_size,
        sort: query.sort,
        resourceType: query.resource_type,
        resourceId: query.resource_id,
        action: query.action,
        username: query.username,
        from: query.from,
        to: query.to,
      }),
    )
    const data = items.map((record) => ({
      id: record.id,
      at: record.at.toISOString(),
      user_id: record.userId,
      username: record.username,
      ip: record.ip,
      request_id: record.requestId,
      action: record.action,
      resource_type: record.resourceType,
      resource_id: record.resourceId,
      resource_name: record.resourceName,
      before: record.before,
      after: record.after,
    }))
    return { data, total }
  }
}

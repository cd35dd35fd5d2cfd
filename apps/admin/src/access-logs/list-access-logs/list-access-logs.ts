import type { AccessLogSummary, listAccessLogsQuery } from '@penstock/contracts'
import { accessLogStore } from '@penstock/control-store'
import type { z } from 'zod'
import type { Ports } from '../../base/ports.js'
import { permittedIds, type Caller } from '../../base/principal.js'
import { accessLogSummaryOf } from '../access-log-answer.js'

type Query = z.output<typeof listAccessLogsQuery>
export type ListAccessLogs = (caller: Caller, query: Query) => Promise<{ data: AccessLogSummary[]; total: number }>

/** Calls, refused ones included. Whoever may read some APIs only sees the calls of those. */
export function listAccessLogs({ database }: Pick<Ports, 'database'>): ListAccessLogs {
  return (caller, query) =>
    database.read(async (tx) => {
      const { items, total } = await accessLogStore.page(tx, {
        permitted: permittedIds(caller.user, 'api:read'),
        page: query.page,
        pageSize: query.page_size,
        sort: query.sort,
        path: query.path,
        method: query.method,
        ...statusRange(query.status),
        clientId: query.client_id,
        apiId: query.api_id,
        from: query.from,
        to: query.to,
      })
      return { data: items.map(accessLogSummaryOf), total }
    })
}

/** `404` is one status, `4xx` a hundred of them. */
function statusRange(status: string | undefined): { statusFrom?: number; statusTo?: number } {
  if (status === undefined) return {}
  if (!status.endsWith('xx')) return { statusFrom: Number(status), statusTo: Number(status) }
  const from = Number(status.charAt(0)) * 100
  return { statusFrom: from, statusTo: from + 99 }
}

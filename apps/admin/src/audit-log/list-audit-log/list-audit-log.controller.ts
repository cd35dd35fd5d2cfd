import { Controller, Inject } from '@nestjs/common'
import { auditList, listAuditQuery } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ListAuditLog } from './list-audit-log.js'

export const LIST_AUDIT_LOG = Symbol('LIST_AUDIT_LOG')
const SPEC = endpoint({
  method: 'GET',
  path: 'audit-log',
  tag: 'Audit log',
  summary: 'Who changed what, with the state before and after',
  access: { permission: 'audit_log:read', resource: 'none' },
  query: listAuditQuery,
  status: 200,
  answer: auditList,
})

@Controller()
export class ListAuditLogController {
  constructor(@Inject(LIST_AUDIT_LOG) private readonly listAuditLog: ListAuditLog) {}

  @Endpoint(SPEC)
  list(@Call(SPEC) { caller, query }: CallOf<typeof SPEC>): ReturnType<ListAuditLog> {
    return this.listAuditLog(caller, query)
  }
}

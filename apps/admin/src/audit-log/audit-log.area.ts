import type { Area } from '../base/area.js'
import { useCase } from '../base/ports.js'
import { LIST_AUDIT_LOG, ListAuditLogController } from './list-audit-log/list-audit-log.controller.js'
import { listAuditLog } from './list-audit-log/list-audit-log.js'

/** Who changed what. */
export const auditLogArea: Area = {
  controllers: [ListAuditLogController],
  providers: [useCase(LIST_AUDIT_LOG, listAuditLog)],
}

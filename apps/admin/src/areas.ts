import { accessLogsArea } from './access-logs/access-logs.area.js'
import { apisArea } from './apis/apis.area.js'
import { auditLogArea } from './audit-log/audit-log.area.js'
import { authArea } from './auth/auth.area.js'
import type { Area } from './base/area.js'
import { clientsArea } from './clients/clients.area.js'
import { datasourcesArea } from './datasources/datasources.area.js'
import { gatewaysArea } from './gateways/gateways.area.js'
import { groupsArea } from './groups/groups.area.js'
import { macrosArea } from './macros/macros.area.js'
import { modulesArea } from './modules/modules.area.js'
import { overviewArea } from './overview/overview.area.js'
import { usersArea } from './users/users.area.js'

/** Everything that the control plane offers. A new area is added here. */
export const ALL_AREAS: readonly Area[] = [
  authArea,
  usersArea,
  datasourcesArea,
  modulesArea,
  groupsArea,
  apisArea,
  macrosArea,
  clientsArea,
  accessLogsArea,
  overviewArea,
  gatewaysArea,
  auditLogArea,
]

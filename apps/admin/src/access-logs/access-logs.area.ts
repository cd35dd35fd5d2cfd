import type { Area } from '../base/area.js'
import { useCase } from '../base/ports.js'
import { listAccessLogs } from './list-access-logs/list-access-logs.js'
import { LIST_ACCESS_LOGS, ListAccessLogsController } from './list-access-logs/list-access-logs.controller.js'
import { readAccessLog } from './read-access-log/read-access-log.js'
import { READ_ACCESS_LOG, ReadAccessLogController } from './read-access-log/read-access-log.controller.js'

/** Calls as gateways logged them. */
export const accessLogsArea: Area = {
  controllers: [ListAccessLogsController, ReadAccessLogController],
  providers: [useCase(LIST_ACCESS_LOGS, listAccessLogs), useCase(READ_ACCESS_LOG, readAccessLog)],
}

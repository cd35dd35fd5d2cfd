import { Controller, Inject } from '@nestjs/common'
import { accessLogList, listAccessLogsQuery, type AccessLogSummary } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ListAccessLogs } from './list-access-logs.js'

export const LIST_ACCESS_LOGS = Symbol('LIST_ACCESS_LOGS')
const SPEC = endpoint({
  method: 'GET',
  path: 'access-logs',
  tag: 'Access logs',
  summary: 'Calls that gateways answered, refused ones included, the latest first',
  access: { permission: 'access_log:read', resource: 'many' },
  query: listAccessLogsQuery,
  status: 200,
  answer: accessLogList,
})

@Controller()
export class ListAccessLogsController {
  constructor(@Inject(LIST_ACCESS_LOGS) private readonly listAccessLogs: ListAccessLogs) {}

  @Endpoint(SPEC)
  list(@Call(SPEC) { caller, query }: CallOf<typeof SPEC>): Promise<{ data: AccessLogSummary[]; total: number }> {
    return this.listAccessLogs(caller, query)
  }
}

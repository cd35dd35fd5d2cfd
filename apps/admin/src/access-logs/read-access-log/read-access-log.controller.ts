import { Controller, Inject } from '@nestjs/common'
import { accessLogAnswer, idParams, type AccessLogAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ReadAccessLog } from './read-access-log.js'

export const READ_ACCESS_LOG = Symbol('READ_ACCESS_LOG')
const SPEC = endpoint({
  method: 'GET',
  path: 'access-logs/{id}',
  tag: 'Access logs',
  summary: 'One call with all that was logged of it',
  access: { permission: 'access_log:read', resource: 'many' },
  params: idParams,
  status: 200,
  answer: accessLogAnswer,
  refusals: [404],
})

@Controller()
export class ReadAccessLogController {
  constructor(@Inject(READ_ACCESS_LOG) private readonly readAccessLog: ReadAccessLog) {}

  @Endpoint(SPEC)
  read(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): Promise<AccessLogAnswer> {
    return this.readAccessLog(caller, params.id)
  }
}

import { Controller, Inject } from '@nestjs/common'
import { debugAnswer, debugApiRequest, idParams, type DebugAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { DebugApi } from './debug-api.js'

export const DEBUG_API = Symbol('DEBUG_API')
const SPEC = endpoint({
  method: 'POST',
  path: 'apis/{id}/debug',
  tag: 'APIs',
  summary: 'Run the draft and show what is sent; what it writes is rolled back unless commit is true',
  access: { permission: 'api:execute', resource: { param: 'id' } },
  params: idParams,
  body: debugApiRequest,
  status: 200,
  answer: debugAnswer,
  refusals: [404],
})

@Controller()
export class DebugApiController {
  constructor(@Inject(DEBUG_API) private readonly debugApi: DebugApi) {}

  @Endpoint(SPEC)
  debug(@Call(SPEC) { caller, params, body }: CallOf<typeof SPEC>): Promise<DebugAnswer> {
    return this.debugApi(caller, params.id, body)
  }
}

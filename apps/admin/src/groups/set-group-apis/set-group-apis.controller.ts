import { Controller, Inject } from '@nestjs/common'
import { groupAnswer, idParams, setGroupApisRequest } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { SetGroupApis } from './set-group-apis.js'

export const SET_GROUP_APIS = Symbol('SET_GROUP_APIS')
const SPEC = endpoint({
  method: 'PUT',
  path: 'groups/{id}/apis',
  tag: 'Groups',
  summary: 'Make the APIs of a group exactly these',
  access: { permission: 'group:update', resource: { param: 'id' } },
  params: idParams,
  body: setGroupApisRequest,
  status: 200,
  answer: groupAnswer,
})

@Controller()
export class SetGroupApisController {
  constructor(@Inject(SET_GROUP_APIS) private readonly setGroupApis: SetGroupApis) {}

  @Endpoint(SPEC)
  set(@Call(SPEC) { caller, params, body }: CallOf<typeof SPEC>): ReturnType<SetGroupApis> {
    return this.setGroupApis(caller, params.id, body)
  }
}

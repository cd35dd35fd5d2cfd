import { Controller, Inject } from '@nestjs/common'
import { effectiveApisAnswer, idParams } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ListEffectiveApis } from './list-effective-apis.js'

export const LIST_EFFECTIVE_APIS = Symbol('LIST_EFFECTIVE_APIS')
const SPEC = endpoint({
  method: 'GET',
  path: 'clients/{id}/effective-apis',
  tag: 'Clients',
  summary: 'The APIs that a client is linked to, directly or through active groups',
  access: { permission: 'client:read', resource: { param: 'id' } },
  params: idParams,
  status: 200,
  answer: effectiveApisAnswer,
})

@Controller()
export class ListEffectiveApisController {
  constructor(@Inject(LIST_EFFECTIVE_APIS) private readonly listEffectiveApis: ListEffectiveApis) {}

  @Endpoint(SPEC)
  list(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): ReturnType<ListEffectiveApis> {
    return this.listEffectiveApis(caller, params.id)
  }
}

import { Controller, Inject } from '@nestjs/common'
import { gatewayList } from '@penstock/contracts'
import type { z } from 'zod'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ListGateways } from './list-gateways.js'

export const LIST_GATEWAYS = Symbol('LIST_GATEWAYS')
const SPEC = endpoint({
  method: 'GET',
  path: 'gateways',
  tag: 'Gateways',
  summary: 'Every replica: the revision it has loaded, its last error, the age of its heartbeat',
  access: { permission: 'gateway:read', resource: 'many' },
  status: 200,
  answer: gatewayList,
})

@Controller()
export class ListGatewaysController {
  constructor(@Inject(LIST_GATEWAYS) private readonly listGateways: ListGateways) {}

  @Endpoint(SPEC)
  list(@Call(SPEC) { caller }: CallOf<typeof SPEC>): Promise<z.output<typeof gatewayList>> {
    return this.listGateways(caller)
  }
}

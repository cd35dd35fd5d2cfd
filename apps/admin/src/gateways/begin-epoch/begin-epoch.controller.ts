import { Controller, Inject } from '@nestjs/common'
import { epochAnswer } from '@penstock/contracts'
import type { Revision } from '@penstock/publishing'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { BeginEpoch } from './begin-epoch.js'

export const BEGIN_EPOCH = Symbol('BEGIN_EPOCH')
const SPEC = endpoint({
  method: 'POST',
  path: 'gateways/epoch',
  tag: 'Gateways',
  summary: 'After a restore from a backup: let every gateway take the restored state',
  access: 'superuser',
  status: 200,
  answer: epochAnswer,
})

@Controller()
export class BeginEpochController {
  constructor(@Inject(BEGIN_EPOCH) private readonly beginEpoch: BeginEpoch) {}

  @Endpoint(SPEC)
  begin(@Call(SPEC) { caller }: CallOf<typeof SPEC>): Promise<Revision> {
    return this.beginEpoch(caller)
  }
}

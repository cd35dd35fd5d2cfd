import { Controller, Inject } from '@nestjs/common'
import { idParams, rotatedSecretAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { RotateClientSecret } from './rotate-client-secret.js'

export const ROTATE_CLIENT_SECRET = Symbol('ROTATE_CLIENT_SECRET')
const SPEC = endpoint({
  method: 'POST',
  path: 'clients/{id}/rotate-secret',
  tag: 'Clients',
  summary: 'Give a client a new secret; the old one and its tokens end',
  access: { permission: 'client:update', resource: { param: 'id' } },
  params: idParams,
  status: 200,
  answer: rotatedSecretAnswer,
})

@Controller()
export class RotateClientSecretController {
  constructor(@Inject(ROTATE_CLIENT_SECRET) private readonly rotateClientSecret: RotateClientSecret) {}

  @Endpoint(SPEC)
  rotate(@Call(SPEC) { caller, params }: CallOf<typeof SPEC>): ReturnType<RotateClientSecret> {
    return this.rotateClientSecret(caller, params.id)
  }
}

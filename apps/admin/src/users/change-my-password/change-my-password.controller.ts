import { Controller, Inject } from '@nestjs/common'
import { changePasswordRequest } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ChangeMyPassword } from './change-my-password.js'

export const CHANGE_MY_PASSWORD = Symbol('CHANGE_MY_PASSWORD')
const SPEC = endpoint({
  method: 'PATCH',
  path: 'users/me/password',
  tag: 'Me',
  summary: 'Change one’s own password; ends every other login',
  access: 'authenticated',
  body: changePasswordRequest,
  status: 204,
  refusals: [409, 429],
})

@Controller()
export class ChangeMyPasswordController {
  constructor(@Inject(CHANGE_MY_PASSWORD) private readonly changeMyPassword: ChangeMyPassword) {}

  @Endpoint(SPEC)
  change(@Call(SPEC) { caller, body }: CallOf<typeof SPEC>): Promise<void> {
    return this.changeMyPassword(caller, body)
  }
}

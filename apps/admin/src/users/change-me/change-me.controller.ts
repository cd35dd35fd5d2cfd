import { Controller, Inject } from '@nestjs/common'
import { changeProfileRequest, userAnswer, type UserAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ChangeMe } from './change-me.js'

export const CHANGE_ME = Symbol('CHANGE_ME')
const SPEC = endpoint({
  method: 'PATCH',
  path: 'users/me',
  tag: 'Me',
  summary: 'Change one’s own profile',
  access: 'authenticated',
  body: changeProfileRequest,
  status: 200,
  answer: userAnswer,
  refusals: [409],
})

@Controller()
export class ChangeMeController {
  constructor(@Inject(CHANGE_ME) private readonly changeMe: ChangeMe) {}

  @Endpoint(SPEC)
  change(@Call(SPEC) { caller, body }: CallOf<typeof SPEC>): Promise<UserAnswer> {
    return this.changeMe(caller, body)
  }
}

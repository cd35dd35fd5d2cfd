import { Controller, Inject } from '@nestjs/common'
import { userAnswer, type UserAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { ReadMe } from './read-me.js'

export const READ_ME = Symbol('READ_ME')
const SPEC = endpoint({
  method: 'GET',
  path: 'users/me',
  tag: 'Me',
  summary: 'Who is signed in',
  access: 'authenticated',
  status: 200,
  answer: userAnswer,
})

@Controller()
export class ReadMeController {
  constructor(@Inject(READ_ME) private readonly readMe: ReadMe) {}

  @Endpoint(SPEC)
  read(@Call(SPEC) { caller }: CallOf<typeof SPEC>): Promise<UserAnswer> {
    return this.readMe(caller)
  }
}

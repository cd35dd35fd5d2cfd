import { Controller, Inject } from '@nestjs/common'
import { loginRequest, sessionAnswer, type SessionAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { Login } from './login.js'

export const LOGIN = Symbol('LOGIN')
const SPEC = endpoint({
  method: 'POST',
  path: 'auth/login',
  tag: 'Sign-in',
  summary: 'Sign in with a username or an e-mail address',
  access: 'public',
  body: loginRequest,
  status: 200,
  answer: sessionAnswer,
  refusals: [401, 429],
})

@Controller()
export class LoginController {
  constructor(@Inject(LOGIN) private readonly login: Login) {}

  @Endpoint(SPEC)
  signIn(@Call(SPEC) { caller, body }: CallOf<typeof SPEC>): Promise<SessionAnswer> {
    return this.login(caller, body)
  }
}

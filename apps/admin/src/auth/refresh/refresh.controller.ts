import { Controller, Inject } from '@nestjs/common'
import { refreshRequest, sessionAnswer, type SessionAnswer } from '@penstock/contracts'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { Refresh } from './refresh.js'

export const REFRESH = Symbol('REFRESH')
const SPEC = endpoint({
  method: 'POST',
  path: 'auth/refresh',
  tag: 'Sign-in',
  summary: 'Change a refresh token for a new pair of tokens',
  access: 'public',
  body: refreshRequest,
  status: 200,
  answer: sessionAnswer,
  refusals: [401],
})

@Controller()
export class RefreshController {
  constructor(@Inject(REFRESH) private readonly refresh: Refresh) {}

  @Endpoint(SPEC)
  renew(@Call(SPEC) { caller, body }: CallOf<typeof SPEC>): Promise<SessionAnswer> {
    return this.refresh(caller, body.refresh_token)
  }
}

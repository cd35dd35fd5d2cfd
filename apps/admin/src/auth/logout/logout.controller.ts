import { Controller, Inject } from '@nestjs/common'
import { Call, type CallOf } from '../../base/call.js'
import { Endpoint, endpoint } from '../../base/endpoint.js'
import type { Logout } from './logout.js'

export const LOGOUT = Symbol('LOGOUT')
const SPEC = endpoint({
  method: 'POST',
  path: 'auth/logout',
  tag: 'Sign-in',
  summary: 'End this login',
  access: 'authenticated',
  status: 204,
})

@Controller()
export class LogoutController {
  constructor(@Inject(LOGOUT) private readonly logout: Logout) {}

  @Endpoint(SPEC)
  signOut(@Call(SPEC) { caller }: CallOf<typeof SPEC>): Promise<void> {
    return this.logout(caller)
  }
}

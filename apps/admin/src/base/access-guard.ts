import type { CanActivate, ExecutionContext } from '@nestjs/common'
import type { Reflector } from '@nestjs/core'
import { AuthGuard } from '@nestjs/passport'
import { AppError } from '@penstock/errors'
import type { FastifyRequest } from 'fastify'
import { checkAccess } from './access-rule.js'
import { EndpointEntry } from './endpoint.js'
import type { Principal } from './principal.js'

/**
 * The one guard of all routes: reads the route's entry, signs the user in where it asks for one, and checks the permission. A route
 * without an entry is refused (and the app does not start with one, see route-table.ts).
 */
export function accessGuard(strategy: string, reflector: Reflector): CanActivate {
  return new (accessGuardClass(strategy))(reflector)
}

function accessGuardClass(strategy: string) {
  return class AccessGuard extends AuthGuard(strategy) {
    constructor(readonly reflector: Reflector) {
      super()
    }

    override async canActivate(context: ExecutionContext): Promise<boolean> {
      const access = this.reflector.get(EndpointEntry, context.getHandler())?.access
      if (access === undefined) throw new AppError('INTERNAL', `no access entry for ${context.getHandler().name}`)
      if (access === 'public') return true
      await super.canActivate(context)
      const request = context.switchToHttp().getRequest<FastifyRequest & { user: Principal }>()
      const params: unknown = request.params
      checkAccess(access, request.user, typeof params === 'object' && params !== null ? { ...params } : {})
      return true
    }

    /** What passport found: a failure of ours keeps its code, a missing or refused token is 401. */
    override handleRequest<User>(error: unknown, user: User | false): User {
      if (error) throw error
      if (user === false || user === null || user === undefined) throw new AppError('SESSION_REJECTED')
      return user
    }
  }
}

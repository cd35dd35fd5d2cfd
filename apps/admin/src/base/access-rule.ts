import { permission, type Permission } from '@penstock/contracts'
import { AppError } from '@penstock/errors'
import { allows, permittedIds, type Principal } from './principal.js'

/**
 * Who may use a route. `resource` says which object the permission is asked for: none (creating), many (a list, which is limited to what
 * the user may read), or the one that a path parameter names. `superuser` is for what no role can grant.
 */
export type Access =
  | 'public'
  | 'authenticated'
  | 'superuser'
  | { readonly permission: Permission; readonly resource: 'none' | 'many' | { readonly param: string } }

/**
 * Passes or throws. What the user may not even read is NOT_FOUND, with the same body as what is not there; what they may read but not
 * change is PERMISSION_DENIED.
 */
export function checkAccess(access: Access, user: Principal, params: Readonly<Record<string, unknown>>): void {
  if (access === 'public' || access === 'authenticated' || user.isSuperuser) return
  if (access === 'superuser')
    throw new AppError('PERMISSION_DENIED', 'superuser', { message: 'Only superusers may do this' })
  if (access.resource === 'none') return allowedOrDenied(allows(user, access.permission), access.permission)
  if (access.resource === 'many') {
    return allowedOrDenied(permittedIds(user, access.permission).length > 0, access.permission)
  }
  const id = params[access.resource.param]
  const resourceId = typeof id === 'string' ? id.toLowerCase() : undefined
  if (allows(user, access.permission, resourceId)) return
  if (!allows(user, readPermission(access.permission), resourceId)) throw new AppError('NOT_FOUND')
  throw denied(access.permission)
}

function allowedOrDenied(allowed: boolean, wanted: Permission): void {
  if (!allowed) throw denied(wanted)
}

function denied(wanted: Permission): AppError {
  return new AppError('PERMISSION_DENIED', wanted, { message: `Permission required: ${wanted}` })
}

function readPermission(wanted: Permission): Permission {
  return permission.parse(`${wanted.slice(0, wanted.indexOf(':'))}:read`)
}

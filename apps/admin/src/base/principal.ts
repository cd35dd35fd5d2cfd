import type { Permission } from '@penstock/contracts'
import type { GrantedPermission } from '@penstock/control-store'

/** Whoever sent a request, signed in or not. */
export interface Visitor {
  readonly requestId: string
  readonly ip: string
}

/** The signed-in user of a request. Permissions are those of this moment, not of the login. */
export interface Principal {
  readonly id: string
  readonly username: string
  readonly isSuperuser: boolean
  readonly permissions: readonly GrantedPermission[]
  /** The access token of this request. */
  readonly token: { readonly jti: string; readonly familyId: string; readonly expiresAt: Date }
}

/** A visitor who is signed in: the first argument of every use case but those that are public. */
export interface Caller extends Visitor {
  readonly user: Principal
}

/** True when the user may do this with every object, or with this one. */
export function allows(user: Principal, permission: Permission, resourceId?: string): boolean {
  return (
    user.isSuperuser ||
    user.permissions.some(
      (granted) =>
        `${granted.resourceType}:${granted.action}` === permission &&
        (granted.resourceId === null || granted.resourceId === resourceId),
    )
  )
}

/** The objects with which the user may do this: `all`, or these ids. Lists are limited to them. */
export function permittedIds(user: Principal, permission: Permission): 'all' | readonly string[] {
  if (allows(user, permission)) return 'all'
  return user.permissions
    .filter((granted) => `${granted.resourceType}:${granted.action}` === permission)
    .flatMap(({ resourceId }) => (resourceId === null ? [] : [resourceId]))
}

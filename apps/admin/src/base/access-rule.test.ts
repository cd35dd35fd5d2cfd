import { describe, expect, it } from 'vitest'
import { checkAccess, type Access } from './access-rule.js'
import { permittedIds, type Principal } from './principal.js'

const THIS = '11111111-1111-4111-8111-111111111111'
const OTHER = '22222222-2222-4222-8222-222222222222'
const user = (...permissions: readonly (readonly [string, string | null])[]): Principal => ({
  id: THIS,
  username: 'u',
  isSuperuser: false,
  permissions: permissions.map(([permission, resourceId]) => {
    const [resourceType = '', action = ''] = permission.split(':')
    return { resourceType, action, resourceId }
  }),
  token: { jti: THIS, familyId: THIS, expiresAt: new Date(0) },
})
const change: Access = { permission: 'module:update', resource: { param: 'id' } }
const outcome = (access: Access, who: Principal, id = THIS): string => {
  try {
    checkAccess(access, who, { id })
    return 'passes'
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('checkAccess', () => {
  it('passes a permission for every object, and one for this object', () => {
    expect(outcome(change, user(['module:update', null]))).toBe('passes')
    expect(outcome(change, user(['module:update', THIS]))).toBe('passes')
    expect(outcome(change, user(['module:update', THIS]), THIS.toUpperCase())).toBe('passes')
  })

  it('says 404 to whoever may not read the object, 403 to whoever may', () => {
    expect(outcome(change, user())).toBe('NOT_FOUND')
    expect(outcome(change, user(['module:update', OTHER], ['group:update', null]))).toBe('NOT_FOUND')
    expect(outcome(change, user(['module:read', THIS]))).toBe('PERMISSION_DENIED')
    expect(outcome(change, user(['module:read', null]))).toBe('PERMISSION_DENIED')
  })

  it('lets a permission on one object read the list and not create', () => {
    const narrow = user(['module:read', THIS], ['module:create', THIS])
    expect(outcome({ permission: 'module:read', resource: 'many' }, narrow)).toBe('passes')
    expect(outcome({ permission: 'module:create', resource: 'none' }, narrow)).toBe('PERMISSION_DENIED')
    expect(permittedIds(narrow, 'module:read')).toEqual([THIS])
    expect(permittedIds(user(['module:read', null]), 'module:read')).toBe('all')
  })

  it('lets superusers pass everything, and nobody else what is theirs', () => {
    const superuser = { ...user(), isSuperuser: true }
    expect(outcome(change, superuser)).toBe('passes')
    expect(outcome('superuser', superuser)).toBe('passes')
    expect(outcome('superuser', user(['module:update', null]))).toBe('PERMISSION_DENIED')
  })
})

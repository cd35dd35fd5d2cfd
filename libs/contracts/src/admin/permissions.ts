import { z } from 'zod'

/** What may be done with which kind of thing. The seeded roles are made of these. */
export const PERMISSIONS = [
  'datasource:read',
  'datasource:create',
  'datasource:update',
  'datasource:delete',
  'datasource:execute',
  'module:read',
  'module:create',
  'module:update',
  'module:delete',
  'group:read',
  'group:create',
  'group:update',
  'group:delete',
  'api:read',
  'api:create',
  'api:update',
  'api:delete',
  'api:execute',
  'api:publish',
  'macro:read',
  'macro:create',
  'macro:update',
  'macro:delete',
  'macro:publish',
  'client:read',
  'client:create',
  'client:update',
  'client:delete',
  'user:read',
  'user:create',
  'user:update',
  'user:delete',
  'role:read',
  'role:create',
  'role:update',
  'role:delete',
  'gateway:read',
  'overview:read',
  'access_log:read',
  'audit_log:read',
] as const
export const permission = z.enum(PERMISSIONS)
export type Permission = z.output<typeof permission>

/** A permission that a user has: for every object of its type, or for one. */
export const grantedPermission = z
  .object({ permission: z.string(), resource_id: z.uuid().nullable() })
  .meta({ id: 'GrantedPermission' })

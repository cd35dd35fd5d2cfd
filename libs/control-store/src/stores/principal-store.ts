import type { Tx } from '../control-database.js'

/** What a user may do: everywhere (`resourceId` null) or with one object. */
export interface GrantedPermission {
  readonly resourceType: string
  readonly action: string
  readonly resourceId: string | null
}

/** The user behind an access token, as of now. */
export interface PrincipalRecord {
  readonly id: string
  readonly username: string
  readonly isActive: boolean
  readonly isSuperuser: boolean
  /** The token, or the login it came from, was ended. */
  readonly revoked: boolean
  readonly permissions: readonly GrantedPermission[]
}

/** One trip for each request of the control plane: permissions and revocations are effective at once. */
const FIND = /* sql */ `
SELECT u.id, u.username, u.is_active AS "isActive", u.is_superuser AS "isSuperuser",
  EXISTS (SELECT FROM revoked_access_tokens t WHERE t.jti = $2)
    OR EXISTS (SELECT FROM refresh_tokens f WHERE f.family_id = $3 AND f.revoked_at IS NOT NULL) AS revoked,
  coalesce((
    SELECT jsonb_agg(DISTINCT jsonb_build_object('resourceType', p.resource_type, 'action', p.action, 'resourceId', p.resource_id))
    FROM user_roles ur JOIN role_permissions p ON p.role_id = ur.role_id WHERE ur.user_id = u.id), '[]') AS permissions
FROM users u WHERE u.id = $1`

export const principalStore = {
  /** The user of a token with this jti, from the login with this family; undefined when the user is gone. */
  async find(tx: Tx, token: { userId: string; jti: string; familyId: string }): Promise<PrincipalRecord | undefined> {
    const [found]: PrincipalRecord[] = await tx.query(FIND, [token.userId, token.jti, token.familyId])
    return found
  },

  /** Takes away the permissions on one object, when it is removed. */
  async forgetResource(tx: Tx, resourceId: string): Promise<void> {
    await tx.query('DELETE FROM role_permissions WHERE resource_id = $1', [resourceId])
  },
}

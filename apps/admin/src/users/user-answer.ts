import type { UserAnswer } from '@penstock/contracts'
import type { User } from '@penstock/control-store'

/** A user as the outside sees them. */
export function userAnswerOf(user: User): UserAnswer {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    full_name: user.fullName,
    is_active: user.isActive,
    is_superuser: user.isSuperuser,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
  }
}

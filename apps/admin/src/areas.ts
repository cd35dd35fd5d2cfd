import { type Area } from './base/area.js'
import { authArea } from './auth/auth.area.js'
import { usersArea } from './users/users.area.js'

/** Everything that the control plane offers. A new area is added here. */
export const ALL_AREAS: readonly Area[] = [authArea, usersArea]

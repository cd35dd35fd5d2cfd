import { z } from 'zod'
import { time } from './common.js'
import { grantedPermission } from './permissions.js'

/** The longest that argon2id is asked to hash: a longer one is a way to keep the server busy. */
const PASSWORD_LENGTH_MAX = 128

export const loginRequest = z
  .strictObject({
    username: z.string().min(1).max(255).optional(),
    email: z.string().min(1).max(255).optional(),
    password: z.string().min(1).max(PASSWORD_LENGTH_MAX),
  })
  .refine((body) => (body.username === undefined) !== (body.email === undefined), {
    message: 'send username or email, one of them',
    path: ['username'],
  })
  .meta({ id: 'LoginRequest' })

export const refreshRequest = z
  .strictObject({ refresh_token: z.string().min(1).max(500) })
  .meta({ id: 'RefreshRequest' })

export const sessionAnswer = z
  .object({
    access_token: z.string(),
    refresh_token: z.string().describe('Good for one use: the answer to that holds the next one'),
    token_type: z.literal('bearer'),
    expires_in: z.number().int().describe('Seconds that the access token is valid'),
  })
  .meta({ id: 'Session' })
export type SessionAnswer = z.output<typeof sessionAnswer>

export const newPassword = z.string().min(8).max(PASSWORD_LENGTH_MAX)

export const userAnswer = z
  .object({
    id: z.uuid(),
    username: z.string(),
    email: z.string().nullable(),
    full_name: z.string().nullable(),
    is_active: z.boolean(),
    is_superuser: z.boolean(),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'User' })
export type UserAnswer = z.output<typeof userAnswer>

export const changeProfileRequest = z
  .strictObject({
    email: z.email().max(255).nullable().optional(),
    full_name: z.string().trim().max(255).nullable().optional(),
  })
  .meta({ id: 'ChangeProfileRequest' })

export const changePasswordRequest = z
  .strictObject({ current_password: z.string().min(1).max(PASSWORD_LENGTH_MAX), new_password: newPassword })
  .meta({ id: 'ChangePasswordRequest' })

export const myPermissionsAnswer = z.object({ is_superuser: z.boolean(), data: z.array(grantedPermission) })

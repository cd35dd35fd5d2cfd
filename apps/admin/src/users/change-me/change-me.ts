import type { UserAnswer } from '@penstock/contracts'
import { userStore } from '@penstock/control-store'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findMe } from '../find-me.js'
import { userAnswerOf } from '../user-answer.js'

export type ChangeMe = (
  caller: Caller,
  body: { readonly email?: string | null | undefined; readonly full_name?: string | null | undefined },
) => Promise<UserAnswer>

/** Changes one's own profile. */
export function changeMe({ database, audit }: Pick<Ports, 'database' | 'audit'>): ChangeMe {
  return (caller, { email, full_name: fullName }) =>
    database.transaction(async (tx) => {
      const before = await findMe(tx, caller)
      await userStore.change(tx, before.id, {
        ...(email === undefined ? {} : { email }),
        ...(fullName === undefined ? {} : { fullName }),
      })
      const after = await findMe(tx, caller)
      await audit(tx, caller, {
        action: 'user.update',
        resource: { type: 'user', id: after.id, name: after.username },
        before: { shown: userAnswerOf(before) },
        after: { shown: userAnswerOf(after) },
      })
      return userAnswerOf(after)
    })
}

import { sessionStore, userStore } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import { inputInvalid } from '../../base/parse-input.js'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { limitLogins } from '../../auth/limit-logins.js'

export type ChangeMyPassword = (
  caller: Caller,
  body: { readonly current_password: string; readonly new_password: string },
) => Promise<void>

type Needed = Pick<Ports, 'database' | 'audit' | 'passwords' | 'now' | 'admissions' | 'config'>

/** Sets a new password. Every other login of the user ends: whoever knew the old one is out. */
export function changeMyPassword(ports: Needed): ChangeMyPassword {
  const { database, audit, passwords, now } = ports
  return async (caller, { current_password: current, new_password: next }) => {
    // A stolen session must not become a way to try passwords.
    await limitLogins(ports, caller.ip)
    if (current === next) throw inputInvalid([{ field: 'new_password', message: 'must differ from the current one' }])
    const user = await database.read((tx) => userStore.find(tx, caller.user.id))
    if (!(await passwords.matches(user?.passwordHash, current))) {
      throw inputInvalid([{ field: 'current_password', message: 'is not correct' }])
    }
    const passwordHash = await passwords.hash(next)
    await database.transaction(async (tx) => {
      const locked = await userStore.findForChange(tx, caller.user.id)
      if (locked?.passwordHash !== user?.passwordHash) throw new AppError('CONFLICT', 'the password changed meanwhile')
      await userStore.change(tx, caller.user.id, { passwordHash })
      await sessionStore.revokeOtherFamilies(tx, caller.user.id, caller.user.token.familyId, now())
      await audit(tx, caller, {
        action: 'user.change_password',
        resource: { type: 'user', id: caller.user.id, name: caller.user.username },
      })
    })
  }
}

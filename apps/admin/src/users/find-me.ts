import { userStore, type Tx, type User } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import type { Caller } from '../base/principal.js'

/** The caller's own row, locked until the transaction ends. Gone since the guard looked: the session ends. */
export async function findMe(tx: Tx, caller: Caller): Promise<User> {
  const user = await userStore.findForChange(tx, caller.user.id)
  if (user === null) throw new AppError('SESSION_REJECTED')
  return user
}

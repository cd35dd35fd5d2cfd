import type { Tx } from '../control-database.js'
import { User } from '../entities/user.js'
import { recordStore } from './record-store.js'

export const userStore = {
  ...recordStore(User),

  /** The user whose name or e-mail address this is, in any case of letters. A name wins over somebody else's address. */
  findByLogin(tx: Tx, login: string): Promise<User | null> {
    return tx
      .createQueryBuilder(User, 'user')
      .where('lower(user.username) = lower(:login) OR lower(user.email) = lower(:login)', { login })
      .orderBy('lower(user.username) = lower(:login)', 'DESC')
      .limit(1)
      .getOne()
  },

  /** True when somebody may do everything. */
  async hasSuperuser(tx: Tx): Promise<boolean> {
    const found = await tx
      .createQueryBuilder(User, 'user')
      .where('user.isSuperuser AND user.isActive')
      .limit(1)
      .getCount()
    return found > 0
  },

  /** Lets one transaction at a time make the first user. */
  async lockAll(tx: Tx): Promise<void> {
    await tx.query('LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE')
  },
}

import { userStore } from '@penstock/control-store'
import type { Ports } from '../../base/ports.js'

/** Whoever starts the system for the first time; there is no signed-in user yet. */
const STARTER = { requestId: 'first-superuser', ip: '', user: { id: null, username: 'first start' } }

/**
 * Makes the first superuser when there is no active one; true when it did. Safe to run at every start and from two starters at once.
 * Throws when one is needed and no password was given.
 */
export async function ensureFirstSuperuser(
  { database, passwords, audit, newId }: Pick<Ports, 'database' | 'passwords' | 'audit' | 'newId'>,
  { username, password }: { readonly username: string; readonly password: string | undefined },
): Promise<boolean> {
  if (await database.read((tx) => userStore.hasSuperuser(tx))) return false
  if (password === undefined)
    throw new Error('there is no superuser yet: set FIRST_SUPERUSER_PASSWORD (8 to 128 characters)')
  const passwordHash = await passwords.hash(password)
  return database.transaction(async (tx) => {
    await userStore.lockAll(tx)
    if (await userStore.hasSuperuser(tx)) return false
    const id = newId()
    await userStore.insert(tx, { id, username, passwordHash, isSuperuser: true, isActive: true })
    await audit(tx, STARTER, {
      action: 'user.create',
      resource: { type: 'user', id, name: username },
      after: { shown: { username, is_superuser: true } },
    })
    return true
  })
}

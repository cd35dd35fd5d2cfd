import type { SessionAnswer } from '@penstock/contracts'
import { userStore } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import type { Ports } from '../../base/ports.js'
import type { Visitor } from '../../base/principal.js'
import { issueSession, type SessionPorts } from '../issue-session.js'
import { limitLogins } from '../limit-logins.js'

export type Login = (
  visitor: Visitor,
  body: { readonly username?: string | undefined; readonly email?: string | undefined; readonly password: string },
) => Promise<SessionAnswer>

/** Signs in with a name or an e-mail address. Unknown, wrong and inactive are one answer and take one time. */
export function login(
  ports: SessionPorts & Pick<Ports, 'database' | 'passwords' | 'admissions' | 'audit' | 'log'>,
): Login {
  const { database, passwords, audit, newId, log } = ports
  return async (visitor, { username, email, password }) => {
    await limitLogins(ports, visitor.ip)
    const user = await database.read((tx) => userStore.findByLogin(tx, username ?? email ?? ''))
    // Outside of any transaction: the hash takes tens of milliseconds on purpose.
    const matches = await passwords.matches(user?.passwordHash, password)
    if (user === null || !matches || !user.isActive) {
      // Not the name that was sent: people type passwords there.
      log.warn('login refused', { ip: visitor.ip, request_id: visitor.requestId, user_id: user?.id })
      throw new AppError('LOGIN_REJECTED')
    }
    return database.transaction(async (tx) => {
      const familyId = newId()
      await audit(
        tx,
        { ...visitor, user },
        { action: 'user.login', resource: { type: 'user', id: user.id, name: user.username } },
      )
      return issueSession(ports, tx, { userId: user.id, familyId })
    })
  }
}

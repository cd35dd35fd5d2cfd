import type { UserAnswer } from '@penstock/contracts'
import { userStore } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { userAnswerOf } from '../user-answer.js'

export type ReadMe = (caller: Caller) => Promise<UserAnswer>

export function readMe({ database }: Pick<Ports, 'database'>): ReadMe {
  return async (caller) => {
    const user = await database.read((tx) => userStore.find(tx, caller.user.id))
    if (user === null) throw new AppError('SESSION_REJECTED')
    return userAnswerOf(user)
  }
}

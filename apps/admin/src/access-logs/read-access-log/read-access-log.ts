import type { AccessLogAnswer } from '@penstock/contracts'
import { accessLogStore } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import type { Ports } from '../../base/ports.js'
import { permittedIds, type Caller } from '../../base/principal.js'
import { accessLogAnswerOf } from '../access-log-answer.js'

export type ReadAccessLog = (caller: Caller, id: string) => Promise<AccessLogAnswer>

/** One call. One of an API that the caller may not read is as good as not there. */
export function readAccessLog({ database }: Pick<Ports, 'database'>): ReadAccessLog {
  return async (caller, id) => {
    const log = await database.read((tx) => accessLogStore.find(tx, id))
    const permitted = permittedIds(caller.user, 'api:read')
    if (log === undefined || (permitted !== 'all' && !permitted.includes(log.api_id ?? '')))
      throw new AppError('NOT_FOUND')
    return accessLogAnswerOf(log)
  }
}

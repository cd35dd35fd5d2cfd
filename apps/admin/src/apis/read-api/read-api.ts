import type { ApiAnswer } from '@penstock/contracts'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { apiAnswerOf } from '../api-answer.js'
import { findApi } from '../find-api.js'

export type ReadApi = (caller: Caller, id: string) => Promise<ApiAnswer>

export function readApi({ database }: Pick<Ports, 'database'>): ReadApi {
  return (_caller, id) => database.read(async (tx) => apiAnswerOf(tx, await findApi(tx, id)))
}

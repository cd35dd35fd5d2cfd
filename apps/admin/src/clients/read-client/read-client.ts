import type { ClientAnswer } from '@penstock/contracts'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { clientAnswerOf, findClient } from '../client-answer.js'

export type ReadClient = (caller: Caller, id: string) => Promise<ClientAnswer>

export function readClient({ database }: Pick<Ports, 'database'>): ReadClient {
  return (_caller, id) => database.read(async (tx) => clientAnswerOf(tx, await findClient(tx, id)))
}

import type { GroupAnswer } from '@penstock/contracts'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findGroup, groupAnswerOf } from '../group-answer.js'

export type ReadGroup = (caller: Caller, id: string) => Promise<GroupAnswer>

export function readGroup({ database }: Pick<Ports, 'database'>): ReadGroup {
  return (_caller, id) => database.read(async (tx) => groupAnswerOf(tx, await findGroup(tx, id)))
}

import type { ModuleAnswer } from '@penstock/contracts'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findModule, moduleAnswerOf } from '../module-answer.js'

export type ReadModule = (caller: Caller, id: string) => Promise<ModuleAnswer>

export function readModule({ database }: Pick<Ports, 'database'>): ReadModule {
  return async (_caller, id) => moduleAnswerOf(await database.read((tx) => findModule(tx, id)))
}

import type { MacroAnswer } from '@penstock/contracts'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findMacro, macroAnswerOf } from '../macro-answer.js'

export type ReadMacro = (caller: Caller, id: string) => Promise<MacroAnswer>

export function readMacro({ database }: Pick<Ports, 'database'>): ReadMacro {
  return (_caller, id) => database.read(async (tx) => macroAnswerOf(tx, await findMacro(tx, id)))
}

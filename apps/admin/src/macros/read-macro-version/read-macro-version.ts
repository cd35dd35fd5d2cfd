import type { macroVersionAnswer } from '@penstock/contracts'
import { macroVersionStore } from '@penstock/control-store'
import { AppError } from '@penstock/errors'
import type { z } from 'zod'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { findMacro, macroVersionSummaryOf } from '../macro-answer.js'

export type ReadMacroVersion = (
  caller: Caller,
  id: string,
  versionId: string,
) => Promise<z.output<typeof macroVersionAnswer>>

export function readMacroVersion({ database }: Pick<Ports, 'database'>): ReadMacroVersion {
  return (_caller, id, versionId) =>
    database.read(async (tx) => {
      const macro = await findMacro(tx, id)
      const version = await macroVersionStore.find(tx, versionId)
      if (version === null || version.macroId !== id) throw new AppError('NOT_FOUND')
      return { ...macroVersionSummaryOf(version, macro), macro_id: id, content: version.content }
    })
}

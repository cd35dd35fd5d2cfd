import { macroVersionStore, type Macro, type MacroVersion, type Tx } from '@penstock/control-store'
import type { Ports } from '../base/ports.js'
import type { Caller } from '../base/principal.js'

/** Takes the next version of the draft. The macro must be locked, so that numbers have no gaps and none is given twice. */
export async function takeMacroVersion(
  tx: Tx,
  { newId }: Pick<Ports, 'newId'>,
  caller: Caller,
  { macro, commitMessage }: { readonly macro: Macro; readonly commitMessage: string },
): Promise<MacroVersion> {
  const newest = await macroVersionStore.newest(tx, macro.id)
  const id = newId()
  await macroVersionStore.insert(tx, {
    id,
    macroId: macro.id,
    version: (newest?.version ?? 0) + 1,
    commitMessage,
    content: macro.content,
    createdBy: caller.user.id,
    createdByName: caller.user.username,
  })
  const stored = await macroVersionStore.find(tx, id)
  if (stored === null) throw new Error(`macro version ${id} was stored and is not there`)
  return stored
}

/** The newest version when it already holds what the draft does, else the next one. */
export async function macroVersionOfDraft(
  tx: Tx,
  ports: Pick<Ports, 'newId'>,
  caller: Caller,
  given: { readonly macro: Macro; readonly commitMessage: string },
): Promise<MacroVersion> {
  const newest = await macroVersionStore.newest(tx, given.macro.id)
  return newest?.content === given.macro.content ? newest : takeMacroVersion(tx, ports, caller, given)
}

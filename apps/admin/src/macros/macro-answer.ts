import type { MacroAnswer, MacroSummary, MacroVersionSummary } from '@penstock/contracts'
import { macroStore, type Macro, type MacroVersion, type Tx } from '@penstock/control-store'
import { AppError } from '@penstock/errors'

/** A macro as lists show it. */
export function macroSummaryOf(macro: Macro): MacroSummary {
  return {
    id: macro.id,
    name: macro.name,
    description: macro.description,
    macro_type: macro.macroType,
    module_id: macro.moduleId,
    sort_order: macro.sortOrder,
    is_published: macro.publishedVersionId !== null,
    published_version_id: macro.publishedVersionId,
    published_at: macro.publishedAt?.toISOString() ?? null,
    created_at: macro.createdAt.toISOString(),
    updated_at: macro.updatedAt.toISOString(),
  }
}

/** A macro with its draft, and how many published APIs hold a version of it. */
export async function macroAnswerOf(tx: Tx, macro: Macro): Promise<MacroAnswer> {
  const users = await macroStore.users(tx, macro.id)
  return { ...macroSummaryOf(macro), content: macro.content, used_by_apis_count: users.length }
}

export function macroVersionSummaryOf(version: MacroVersion, macro: Macro): MacroVersionSummary {
  return {
    id: version.id,
    version: version.version,
    commit_message: version.commitMessage,
    created_at: version.createdAt.toISOString(),
    created_by_name: version.createdByName,
    is_published: version.id === macro.publishedVersionId,
  }
}

/** The macro, or NOT_FOUND. */
export async function findMacro(tx: Tx, id: string): Promise<Macro> {
  return present(await macroStore.find(tx, id))
}

/** The macro, locked until the transaction ends, or NOT_FOUND. */
export async function findMacroForChange(tx: Tx, id: string): Promise<Macro> {
  return present(await macroStore.findForChange(tx, id))
}

function present(macro: Macro | null): Macro {
  if (macro === null) throw new AppError('NOT_FOUND')
  return macro
}

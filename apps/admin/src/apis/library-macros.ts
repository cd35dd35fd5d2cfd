import type { ParamDefinition } from '@penstock/contracts'
import type { UnpublishedMacro, UsableMacro } from '@penstock/control-store'
import { compileScripts, mentionedMacros, type CompiledScripts } from '@penstock/publishing'

/** What texts an API has, of its draft or of a version. */
export interface ApiTexts {
  readonly executeEngine: 'SQL' | 'SCRIPT'
  readonly path: string | undefined
  readonly content: string
  readonly params: readonly ParamDefinition[]
  readonly resultTransform: string | null
}

/** The scripts among the texts, with the script macros that they use. */
export function scriptsOf(
  { executeEngine, path, content, params, resultTransform }: ApiTexts,
  macros: readonly UsableMacro[],
  unpublished: readonly UnpublishedMacro[],
): CompiledScripts {
  return compileScripts({
    main: executeEngine === 'SCRIPT' ? content : undefined,
    path,
    params,
    transform: resultTransform,
    macros: ofType('SCRIPT', macros),
    unpublished: ofType('SCRIPT', unpublished),
  })
}

/** The macro versions that the texts take: macro id → version id. Of a template those that it mentions, of scripts those whose names they use. */
export function pinnedMacros(texts: ApiTexts, macros: readonly UsableMacro[]): Record<string, string> {
  const ofTemplate = texts.executeEngine === 'SQL' ? mentionedMacros(texts.content, ofType('SQL', macros)) : []
  const used = [...ofTemplate, ...scriptsOf(texts, macros, []).usedMacros]
  return Object.fromEntries(used.map(({ macroId, versionId }) => [macroId, versionId]))
}

export function ofType<Macro extends UnpublishedMacro>(type: 'SQL' | 'SCRIPT', macros: readonly Macro[]): Macro[] {
  return macros.filter(({ macroType }) => macroType === type)
}

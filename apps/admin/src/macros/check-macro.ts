import { AppError, type Fault } from '@penstock/errors'
import { blockNames, checkScriptMacro } from '@penstock/publishing'
import { compileTemplate } from '@penstock/sql-template'
import type { Ports } from '../base/ports.js'

/** The engine compiles a script in milliseconds; its process may have to start first. */
const CHECK_MS_MAX = 10_000

/** A text of a macro, of its draft or of a version. */
export interface MacroText {
  readonly macroType: 'SQL' | 'SCRIPT'
  readonly name: string
  readonly content: string
}

/**
 * Refuses a text that no API could use: one that does not parse, or offers nothing. What a block or a function does with its arguments is
 * only known where it is called, so that is checked when the API is published.
 */
export async function checkMacro(
  { scripts, config }: Pick<Ports, 'scripts' | 'config'>,
  macro: MacroText,
): Promise<void> {
  const faults =
    macro.macroType === 'SCRIPT'
      ? await checkScriptMacro(scripts.runner, macro, AbortSignal.timeout(CHECK_MS_MAX))
      : blockFaults(macro.content, config.external.templateCharactersMax)
  if (faults.length === 0) return
  const errors = faults.map((fault) => ({ field: 'content', ...fault }))
  throw new AppError('CONTENT_INVALID', faults.map(({ message }) => message).join('; '), {
    message: faults[0]?.message ?? '',
    errors,
  })
}

function blockFaults(content: string, lengthMax: number): Fault[] {
  return blockNames(content).length === 0
    ? [{ message: 'A macro holds at least one block: {% macro name(arguments) %} … {% endmacro %}' }]
    : parseFaults(content, lengthMax)
}

/**
 * As a template of its own the text only defines its blocks, so it compiles exactly when it parses; it is then no statement, which is well.
 * The dialect makes no difference to that: SQL is cut into strings and comments where a block is called, by the rules of the caller's data source.
 */
function parseFaults(content: string, lengthMax: number): Fault[] {
  const compiled = compileTemplate(`${content}\nSELECT 1`, { dialect: 'postgres', sourceLengthMax: lengthMax + 10 })
  return compiled.ok ? [] : [...compiled.faults]
}

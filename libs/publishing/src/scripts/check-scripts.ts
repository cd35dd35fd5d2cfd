import type { Fault } from '@penstock/errors'
import type { ScriptRunner } from '@penstock/script'
import { placed, SCRIPT_CHARACTERS_MAX, type CompiledScript } from './compile-scripts.js'
import { plainScript } from './plain-script.js'
import { scriptNames } from './script-names.js'

/** What compiles scripts without running them. */
export type ScriptChecker = Pick<ScriptRunner, 'check'>

/** What the engine itself says of scripts that can be read: modules that are not allowed, no way to enter, syntax that it does not know. */
export async function checkScripts(
  checker: ScriptChecker,
  scripts: readonly CompiledScript[],
  signal: AbortSignal,
): Promise<readonly Fault[]> {
  const faults: Fault[] = []
  // One after the other: an API with a hundred validators must not take every instance of the engine.
  for (const { field, role, unit } of scripts) {
    for (const { file, message, line, column } of await checker.check(role, unit, signal)) {
      // Lines of a macro are not lines of the field.
      faults.push(
        file === unit.file.name
          ? { field, ...placed({ message, line, column }) }
          : { field, message: `${file}: ${message}` },
      )
    }
  }
  return faults
}

/**
 * What is wrong with the text of a script macro: scripts see nothing of it but what it declares at its top level, so it must declare
 * something.
 */
export async function checkScriptMacro(
  checker: ScriptChecker,
  { name, content }: { readonly name: string; readonly content: string },
  signal: AbortSignal,
): Promise<readonly Fault[]> {
  if (content.length > SCRIPT_CHARACTERS_MAX) {
    return [{ message: `The macro has ${content.length} characters; at most ${SCRIPT_CHARACTERS_MAX} are possible` }]
  }
  const plain = plainScript(content, 'macro')
  if (!plain.ok) return [placed(plain.fault)]
  if (scriptNames(plain.tree, 'macro').declared.size === 0) {
    return [{ message: 'A script macro declares at least one function, class or constant at its top level' }]
  }
  const macro = { name: `macro ${name}`, source: plain.source }
  // The engine compiles macros with a file that uses them.
  const program = {
    hash: '',
    file: { name: 'user of the macro', source: 'export default () => null' },
    macros: [macro],
  }
  const faults = await checker.check('api', program, signal)
  return faults.map(placed)
}

import type { Program } from 'acorn'
import { analyze } from 'eslint-scope'
import type { ScriptForm } from './plain-script.js'

/** The names of a text that others can see, and those that it takes from others. */
export interface ScriptNames {
  /** Declared at its top level. */
  readonly declared: ReadonlySet<string>
  /** Used without being declared in any scope around their use: the language's own, the guest's, and those of macros. */
  readonly free: ReadonlySet<string>
}

/** Resolves every name by the scopes of the language: a name in a string, a comment or a property is none, and neither is a local one. */
export function scriptNames(tree: Program, form: ScriptForm): ScriptNames {
  if (!isEstree(tree)) throw new Error('the parser made no program')
  const { scopes, globalScope } = analyze(tree, {
    ecmaVersion: 2022,
    sourceType: form === 'file' ? 'module' : 'script',
  })
  const top = form === 'file' ? scopes.find(({ type }) => type === 'module') : globalScope
  const declared = new Set((top?.variables ?? []).map(({ name }) => name))
  const used = (globalScope?.through ?? []).map(({ identifier }) => identifier.name)
  return { declared, free: new Set(used.filter((name) => !declared.has(name))) }
}

type EstreeProgram = Parameters<typeof analyze>[0]

/** The parser makes the trees of ESTree; it only describes them with types of its own. */
function isEstree(tree: object): tree is EstreeProgram {
  return 'type' in tree && tree.type === 'Program'
}

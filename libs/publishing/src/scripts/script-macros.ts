import type { LibraryMacro } from '../content/mentioned-macros.js'
import { plainScript } from './plain-script.js'
import { scriptNames, type ScriptNames } from './script-names.js'

/** A script macro whose text can be read. */
export interface ReadMacro<Macro> {
  readonly macro: Macro
  readonly source: string
  readonly names: ScriptNames
}

/** Reads the texts of macros once; one that cannot be read offers no names. */
export function readMacros<Macro extends Pick<LibraryMacro, 'name' | 'content'>>(
  macros: readonly Macro[],
): ReadMacro<Macro>[] {
  return macros.flatMap((macro) => {
    const plain = plainScript(macro.content, 'macro')
    return plain.ok ? [{ macro, source: plain.source, names: scriptNames(plain.tree, 'macro') }] : []
  })
}

/**
 * The macros that names come from, and those that these in turn need; what a macro needs stands before it, as far as they do not need each
 * other. Of several macros that declare a name the last one counts: a module's own comes after those of all.
 */
export function macrosFor<Macro>(names: Iterable<string>, macros: readonly ReadMacro<Macro>[]): ReadMacro<Macro>[] {
  const owners = new Map(macros.flatMap((read) => [...read.names.declared].map((name) => [name, read] as const)))
  const inOrder: ReadMacro<Macro>[] = []
  const met = new Set<ReadMacro<Macro>>()
  const take = (name: string): void => {
    const owner = owners.get(name)
    if (owner === undefined || met.has(owner)) return
    met.add(owner)
    for (const needed of owner.names.free) take(needed)
    inOrder.push(owner)
  }
  for (const name of names) take(name)
  return inOrder
}

/** A name that two of the macros declare: the engine would refuse the second. */
export function doubleName<Macro>(
  macros: readonly ReadMacro<Macro>[],
): { readonly name: string; readonly first: Macro; readonly second: Macro } | undefined {
  const declaredBy = new Map<string, Macro>()
  for (const { macro, names } of macros) {
    for (const name of names.declared) {
      const first = declaredBy.get(name)
      if (first !== undefined) return { name, first, second: macro }
      declaredBy.set(name, macro)
    }
  }
  return undefined
}

/** A macro of the library: its text holds one or more macro blocks, or declarations of a script. */
export interface LibraryMacro {
  readonly macroId: string
  readonly versionId: string
  readonly name: string
  readonly content: string
}

const WORD = /[A-Za-z_][A-Za-z0-9_]*/g
const BLOCK_NAME = /\{%[-+]?\s*macro\s+([A-Za-z_][A-Za-z0-9_]*)/g

/**
 * The macros that a text can be calling: those with a block whose name occurs in it as a word, and those that they in turn mention. At least
 * the ones that it does call, so a version that holds these can always be compiled again.
 */
export function mentionedMacros<Macro extends LibraryMacro>(text: string, macros: readonly Macro[]): Macro[] {
  const found = new Set<Macro>()
  const texts = [text]
  for (let words = texts.pop(); words !== undefined; words = texts.pop()) {
    const mentioned = wordsOf(words)
    for (const macro of macros) {
      if (found.has(macro) || !blockNames(macro.content).some((name) => mentioned.has(name))) continue
      found.add(macro)
      texts.push(macro.content)
    }
  }
  return macros.filter((macro) => found.has(macro))
}

/** True when the name stands in the text as a word. */
export function mentions(text: string, name: string): boolean {
  return wordsOf(text).has(name)
}

/** Names of the macro blocks of a text. */
export function blockNames(content: string): string[] {
  return [...content.matchAll(BLOCK_NAME)].flatMap(([, name]) => name ?? [])
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set<string>(text.match(WORD) ?? [])
}

import type { TemplatePlace } from '../proof/prove-shapes.js'

/** Characters after the position that may be needed to tell a place from others. */
const SNIPPET_MAX = 60

/**
 * Where a character of a rendered text most likely stands in the template: the shortest piece of the text from there on that occurs in the
 * template just once. Undefined when there is none; a wrong place would be worse than none.
 */
export function placeInSource(source: string, text: string, character: number): TemplatePlace | undefined {
  const start = character - 1
  for (let length = wordLength(text, start); length <= SNIPPET_MAX && start + length <= text.length; length++) {
    const snippet = text.slice(start, start + length)
    const at = source.indexOf(snippet)
    if (at < 0) return undefined
    if (source.indexOf(snippet, at + 1) < 0) return placeOf(source, at)
  }
  return undefined
}

function wordLength(text: string, start: number): number {
  return Math.max(1, /^[\w.]+/.exec(text.slice(start, start + SNIPPET_MAX))?.[0].length ?? 1)
}

function placeOf(source: string, at: number): TemplatePlace {
  const before = source.slice(0, at).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

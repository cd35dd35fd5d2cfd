import type { Binding, Scope } from './scope.js'
import { sourceText } from './source-text.js'
import { errorAt } from './template-error.js'
import type { MacroTag } from './template-nodes.js'
import { parseTemplate } from './template-parser.js'

/** A macro of the library as it is stored: its source holds one or more `{% macro %}` blocks. */
export interface MacroSource {
  readonly name: string
  readonly source: string
}

const DEFINITION = /\{%[-+]?\s*macro\s+(\w+)/g

/** Finds macros by name and parses only those that are called, so that an unused broken one harms nobody. */
export class MacroLibrary {
  private readonly owners = new Map<string, MacroSource>()
  private readonly parsed = new Map<MacroSource, ReadonlyMap<string, MacroTag>>()

  constructor(sources: readonly MacroSource[]) {
    for (const source of sources) {
      for (const [, name = ''] of source.source.matchAll(DEFINITION)) this.owners.set(name, source)
    }
  }

  /** The macro of this name. It sees the names of the template's outermost scope. Throws TemplateError when its source is broken. */
  find(name: string, scope: Scope): Extract<Binding, { kind: 'macro' }> | undefined {
    const owner = this.owners.get(name)
    const tag = owner && this.parse(owner).get(name)
    return tag && { kind: 'macro', tag, scope, library: owner.name }
  }

  private parse(owner: MacroSource): ReadonlyMap<string, MacroTag> {
    const known = this.parsed.get(owner)
    if (known) return known
    const tags = new Map<string, MacroTag>()
    for (const node of parseTemplate(sourceText(owner.source, owner.name))) {
      if (node.kind === 'macro') tags.set(node.name, node)
      else if (node.kind !== 'text')
        throw errorAt(node.place, 'A macro of the library holds {% macro %} blocks and nothing else')
    }
    this.parsed.set(owner, tags)
    return tags
  }
}

import { dialectOf } from './dialect-of.js'
import type { DialectName } from './dialect.js'
import { PLAIN, scanSql } from './sql-lexer.js'

/** A text whose `:names` became the dialect's placeholders, and the name of each placeholder in order. */
export interface NamedBinds {
  readonly text: string
  readonly names: readonly string[]
}

const NAME = /:([A-Za-z_][A-Za-z0-9_]*)/y

/**
 * Puts placeholders in the place of `:name`, where the dialect reads code: what stands in quotes and comments stays, and so do `::type` and
 * `:=`. A name that stands twice gets two placeholders, as their types may differ. Undefined when the text holds placeholders of its own.
 */
export function nameBinds(text: string, dialect: DialectName): NamedBinds | undefined {
  const { lexical, bindText } = dialectOf(dialect)
  const { classes, handWrittenBind } = scanSql(text, PLAIN, lexical)
  if (handWrittenBind >= 0) return undefined
  const names: string[] = []
  let out = ''
  let copied = 0
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    if (classes[at] !== 'p' || text[at - 1] === ':') continue
    NAME.lastIndex = at
    const [whole = '', name] = NAME.exec(text) ?? []
    if (name === undefined) continue
    names.push(name)
    out += text.slice(copied, at) + bindText(names.length, undefined)
    copied = at + whole.length
  }
  return { text: out + text.slice(copied), names }
}

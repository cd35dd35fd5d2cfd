/** A pattern as a tree. Atoms match exactly one character. */
export type PatternTree =
  | { readonly kind: 'atom'; readonly source: string }
  | { readonly kind: 'assert'; readonly what: 'start' | 'end' | 'word' | 'no-word' }
  | { readonly kind: 'sequence'; readonly items: readonly PatternTree[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternTree[] }
  | { readonly kind: 'repeat'; readonly item: PatternTree; readonly min: number; readonly max: number }

/** A pattern that cannot be used, with the reason in words for its author. */
export class PatternRefused extends Error {
  override readonly name = 'PatternRefused'
}

const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/^\(\?<?[=!]/, 'looks ahead or behind, which takes more than linear time'],
  [/^\(\?[^:<]/, 'has a group with flags'],
  [/^\\[1-9k]/, 'refers back to a group, which takes more than linear time'],
]
const ASSERTIONS: readonly (readonly [string, 'start' | 'end' | 'word' | 'no-word'])[] = [
  ['^', 'start'],
  ['$', 'end'],
  ['\\b', 'word'],
  ['\\B', 'no-word'],
]
/** One character, as it may be written in a pattern with the flag u. */
const ATOM =
  /\[(?:\\[^]|[^\]\\])*\]|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u\{[0-9a-fA-F]+\}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\[pP]\{[^}]*\}|\\c[A-Za-z]|\\[^]|[^()|*+?{}[\]\\]/uy
const QUANTIFIER = /(?:([*+?])|\{(\d+)(,(\d*))?\})\??/y
const GROUP_OPEN = /\((?:\?:|\?<[^>=!][^>]*>)?/y

/**
 * Parses a JavaScript regular expression (flag u). Throws PatternRefused when it is none, or when it has what a finite automaton cannot
 * do: looking around, referring back.
 */
export function parsePattern(source: string): PatternTree {
  try {
    new RegExp(source, 'u')
  } catch (error) {
    throw new PatternRefused(error instanceof Error ? error.message : 'is no regular expression')
  }
  return new Parser(source).choice()
}

/** Recursive descent. The text is known to be a valid regular expression, so there is no fault of syntax to report. */
class Parser {
  #at = 0
  readonly #source: string

  constructor(source: string) {
    this.#source = source
  }

  choice(): PatternTree {
    const options = [this.#sequence()]
    while (this.#skip('|')) options.push(this.#sequence())
    const [only] = options
    return options.length === 1 && only !== undefined ? only : { kind: 'choice', options }
  }

  #sequence(): PatternTree {
    const items: PatternTree[] = []
    while (this.#at < this.#source.length && !this.#sees('|') && !this.#sees(')'))
      items.push(this.#quantified(this.#term()))
    return { kind: 'sequence', items }
  }

  #term(): PatternTree {
    const rest = this.#source.slice(this.#at, this.#at + 4)
    for (const [form, reason] of REFUSED) if (form.test(rest)) throw new PatternRefused(reason)
    const assertion = ASSERTIONS.find(([text]) => this.#skip(text))
    if (assertion !== undefined) return { kind: 'assert', what: assertion[1] }
    if (this.#take(GROUP_OPEN) !== undefined) {
      const inner = this.choice()
      this.#skip(')')
      return inner
    }
    const atom = this.#take(ATOM)
    if (atom === undefined) throw new PatternRefused(`has something at character ${this.#at + 1} that is not supported`)
    return { kind: 'atom', source: atom[0] }
  }

  #quantified(item: PatternTree): PatternTree {
    const found = this.#take(QUANTIFIER)
    if (found === undefined) return item
    const [, sign, least, comma, most] = found
    if (sign !== undefined) return { kind: 'repeat', item, min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Infinity }
    const min = Number(least)
    return { kind: 'repeat', item, min, max: comma === undefined ? min : most === '' ? Infinity : Number(most) }
  }

  #sees(text: string): boolean {
    return this.#source.startsWith(text, this.#at)
  }

  #skip(text: string): boolean {
    if (!this.#sees(text)) return false
    this.#at += text.length
    return true
  }

  #take(form: RegExp): RegExpExecArray | undefined {
    form.lastIndex = this.#at
    const found = form.exec(this.#source) ?? undefined
    if (found !== undefined) this.#at += found[0].length
    return found
  }
}

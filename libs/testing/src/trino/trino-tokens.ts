/** A piece of a Trino text. Blanks and comments are pieces too, so that the pieces together are the text. */
export interface Token {
  readonly kind: 'blank' | 'string' | 'unicode' | 'binary' | 'name' | 'word' | 'number' | 'sign'
  readonly text: string
}

/** A statement that the server's parser refuses. */
export class TrinoSyntaxError extends Error {}

const PIECES: readonly (readonly [Token['kind'], RegExp])[] = [
  ['blank', /(?:\s+|--[^\r\n]*|\/\*[\s\S]*?\*\/)+/y],
  ['unicode', /U&'(?:[^']|'')*'/iy],
  ['binary', /X'(?:[^']|'')*'/iy],
  ['string', /'(?:[^']|'')*'/y],
  ['name', /"(?:[^"]|"")*"/y],
  ['number', /\d+(?:\.\d*)?(?:E[+-]?\d+)?/iy],
  ['word', /[A-Za-z_][A-Za-z0-9_@:]*/y],
  ['sign', /<>|<=|>=|!=|=>|->|\|\||[-+*/%<>=(),.?[\]{}|:;^$&]/y],
]

/** Cuts a text as Trino's lexer does; apart from the driver's own, so that one can be held to the other. */
export function trinoTokens(text: string): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < text.length;) {
    const piece = pieceAt(text, at)
    if (piece === undefined)
      throw new TrinoSyntaxError(`line 1:${at + 1}: mismatched input '${text.slice(at, at + 10)}'`)
    tokens.push(piece)
    at += piece.text.length
  }
  return tokens
}

function pieceAt(text: string, at: number): Token | undefined {
  for (const [kind, pattern] of PIECES) {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    if (found !== undefined && found !== '') return { kind, text: found }
  }
  return undefined
}

/** What a string token says. */
export function stringValue({ kind, text }: Token): string {
  const inner = text.slice(text.indexOf("'") + 1, -1).replaceAll("''", "'")
  if (kind !== 'unicode') return inner
  return inner.replace(/\\(?:\\|\+([0-9A-F]{6})|([0-9A-F]{4})|)/gi, (escape, long?: string, short?: string) => {
    if (escape === '\\\\') return '\\'
    const code = Number.parseInt(long ?? short ?? 'x', 16)
    if (Number.isNaN(code) || (code >= 0xd800 && code <= 0xdfff)) throw new TrinoSyntaxError(`Invalid escape ${escape}`)
    return String.fromCodePoint(code)
  })
}

export const isString = ({ kind }: Token): boolean => kind === 'string' || kind === 'unicode'
export const isWord = (token: Token | undefined, word: string): boolean =>
  token?.kind === 'word' && token.text.toLowerCase() === word

import type { ParamValue } from './param-value.js'

export type ParsedJson =
  { readonly ok: true; readonly value: ParamValue } | { readonly ok: false; readonly message: string }

/** Deeper values end in a stack overflow somewhere behind us. */
export const JSON_DEPTH_MAX = 100
/** From 16 digits on, a double may not hold a whole number. */
const LONG_NUMBER = /\d{16}/
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const INTEGER = /^-?\d+$/
const BLANKS = /[ \t\r\n]*/y

/** Parses JSON text. Whole numbers beyond 2^53 become bigint, so that no digit is lost; nesting beyond JSON_DEPTH_MAX is refused. */
export function parseJson(text: string): ParsedJson {
  let value: ParamValue
  try {
    value = JSON.parse(text)
  } catch {
    return { ok: false, message: 'is not valid JSON' }
  }
  if (depthOf(text) > JSON_DEPTH_MAX) return { ok: false, message: `is nested deeper than ${JSON_DEPTH_MAX} levels` }
  return { ok: true, value: LONG_NUMBER.test(text) ? new ExactReader(text).value() : value }
}

/** The deepest nesting of valid JSON text. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 34) at = endOfString(text, at) - 1
    else if (code === 91 || code === 123) deepest = Math.max(deepest, ++depth)
    else if (code === 93 || code === 125) depth--
  }
  return deepest
}

/** Index behind the quote that closes the string which opens at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (text.charCodeAt(at) !== 34) at += text.charCodeAt(at) === 92 ? 2 : 1
  return at + 1
}

/** Reads text that is known to be valid and shallow. Slower than JSON.parse, so used only where long numbers occur. */
class ExactReader {
  #at = 0
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  value(): ParamValue {
    this.#skipBlanks()
    const first = this.#text[this.#at]
    const value = first === '{' ? this.#object() : first === '[' ? this.#array() : this.#scalar(first)
    this.#skipBlanks()
    return value
  }

  #object(): ParamValue {
    const members: [string, ParamValue][] = []
    for (this.#open(); this.#text[this.#at] !== '}'; this.#skip(',')) {
      this.#skipBlanks()
      const name = this.#string()
      this.#skipBlanks()
      this.#skip(':')
      members.push([name, this.value()])
    }
    this.#at++
    return Object.fromEntries(members)
  }

  #array(): ParamValue {
    const items: ParamValue[] = []
    for (this.#open(); this.#text[this.#at] !== ']'; this.#skip(',')) items.push(this.value())
    this.#at++
    return items
  }

  #scalar(first: string | undefined): ParamValue {
    if (first === '"') return this.#string()
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (this.#skip(word)) return value
    }
    NUMBER.lastIndex = this.#at
    const digits = NUMBER.exec(this.#text)?.[0] ?? ''
    this.#at += digits.length
    const number = Number(digits)
    return INTEGER.test(digits) && !Number.isSafeInteger(number) ? BigInt(digits) : number
  }

  #string(): string {
    const end = endOfString(this.#text, this.#at)
    const text: string = JSON.parse(this.#text.slice(this.#at, end))
    this.#at = end
    return text
  }

  #open(): void {
    this.#at++
    this.#skipBlanks()
  }

  #skip(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false
    this.#at += word.length
    return true
  }

  #skipBlanks(): void {
    BLANKS.lastIndex = this.#at
    this.#at += BLANKS.exec(this.#text)?.[0].length ?? 0
  }
}

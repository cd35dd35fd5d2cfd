import type { SourceText } from './source-text.js'
import { errorAt, type TemplateError } from './template-error.js'
import type { Token } from './tag-tokens.js'

/** Deeper expressions are refused; no template that a person reads comes near, and the parser recurses. */
const DEPTH_MAX = 200

/** Walks over the tokens of one tag. */
export class TokenCursor {
  private at = 0
  private depth = 0

  constructor(
    readonly source: SourceText,
    private readonly tokens: readonly Token[],
  ) {}

  /** The token `ahead` places further; the last one is always of type `end`. */
  peek(ahead = 0): Token {
    const token = this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)]
    if (token === undefined) throw new Error('a tag has at least its end token')
    return token
  }

  next(): Token {
    const token = this.peek()
    this.at += 1
    return token
  }

  isOperator(text: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.type === 'operator' && token.text === text
  }

  isName(text: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.type === 'name' && token.text === text
  }

  isEnd(): boolean {
    return this.peek().type === 'end'
  }

  skipOperator(text: string): boolean {
    const found = this.isOperator(text)
    if (found) this.at += 1
    return found
  }

  skipName(text: string): boolean {
    const found = this.isName(text)
    if (found) this.at += 1
    return found
  }

  expectOperator(text: string): Token {
    if (!this.isOperator(text)) throw this.unexpected(text)
    return this.next()
  }

  expectKeyword(text: string): void {
    if (!this.skipName(text)) throw this.unexpected(text)
  }

  expectName(what: string): Token {
    if (this.peek().type !== 'name') throw this.unexpected(what)
    return this.next()
  }

  expectEnd(): void {
    if (!this.isEnd()) throw this.unexpected(this.peek(this.tokens.length).text)
  }

  /** An error at the current token. */
  unexpected(expected: string): TemplateError {
    const token = this.peek()
    const found = token.type === 'end' ? 'the end of the tag' : token.text
    return errorAt({ source: this.source, offset: token.offset }, `Expected ${expected}, found ${found}`)
  }

  errorAt(offset: number, message: string): TemplateError {
    return errorAt({ source: this.source, offset }, message)
  }

  /** Runs a nested rule of the grammar and refuses endless nesting. */
  nested<T>(rule: () => T): T {
    this.depth += 1
    if (this.depth > DEPTH_MAX)
      throw this.errorAt(
        this.peek().offset,
        'This expression is nested too deeply: set parts of it with {% set %} first',
      )
    const result = rule()
    this.depth -= 1
    return result
  }
}

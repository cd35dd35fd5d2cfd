import type { RawExpression } from './expression.js'
import { parseExpression, parseOr, parseTuple } from './expression-parser.js'
import { cutTemplate, type Segment } from './lexer.js'
import type { Place, SourceText } from './source-text.js'
import { errorAt, type TemplateError } from './template-error.js'
import type { ForTag, IfTag, MacroTag, TemplateNode } from './template-nodes.js'
import { TokenCursor } from './token-cursor.js'
import { nearest } from './nearest.js'

/** Deeper nesting of tags is refused: the compiler and the evaluator recurse. */
const TAG_DEPTH_MAX = 50
const TAGS = ['if', 'for', 'set', 'macro', 'call', 'where', 'raw']
const MIDDLES: Readonly<Record<string, string>> = { elif: 'if', else: 'if or for' }

/** Parses a whole source. Throws TemplateError. */
export function parseTemplate(source: SourceText): TemplateNode[] {
  const reader = new Reader(source, cutTemplate(source))
  return reader.body([]).nodes
}

interface Body {
  readonly nodes: TemplateNode[]
  /** The tag that ended the body, after its name; undefined at the end of the source. */
  readonly end: { readonly name: string; readonly cursor: TokenCursor; readonly place: Place } | undefined
}

class Reader {
  private at = 0
  private depth = 0

  constructor(
    private readonly source: SourceText,
    private readonly segments: readonly Segment[],
  ) {}

  /** Reads nodes up to one of the tags that may end this body. */
  body(ends: readonly string[], opener?: Place): Body {
    const nodes: TemplateNode[] = []
    for (let segment = this.segments[this.at]; segment !== undefined; segment = this.segments[this.at]) {
      this.at += 1
      const place = { source: this.source, offset: segment.offset }
      if (segment.kind === 'text') {
        nodes.push({ kind: 'text', text: segment.text, place })
        continue
      }
      const cursor = new TokenCursor(this.source, segment.tokens)
      if (segment.kind === 'output') {
        nodes.push({ kind: 'output', expression: whole(cursor, parseTuple), place })
        continue
      }
      const name = cursor.expectName('the name of a tag').text
      if (ends.includes(name)) return { nodes, end: { name, cursor, place } }
      nodes.push(this.tag(name, cursor, place))
    }
    if (opener) throw errorAt(opener, `This tag is never closed: add {% ${ends[ends.length - 1] ?? ''} %}`)
    return { nodes, end: undefined }
  }

  private tag(name: string, cursor: TokenCursor, place: Place): TemplateNode {
    this.depth += 1
    if (this.depth > TAG_DEPTH_MAX) throw errorAt(place, `Tags nest at most ${TAG_DEPTH_MAX} deep`)
    const node = this.readTag(name, cursor, place)
    this.depth -= 1
    return node
  }

  private readTag(name: string, cursor: TokenCursor, place: Place): TemplateNode {
    switch (name) {
      case 'if':
        return this.ifTag(cursor, place)
      case 'for':
        return this.forTag(cursor, place)
      case 'set':
        return this.setTag(cursor, place)
      case 'macro':
        return this.macroTag(cursor, place)
      case 'call': {
        const call = whole(cursor, parseExpression)
        return { kind: 'call', call, body: this.closedBody('endcall', place), place }
      }
      case 'where':
        return { kind: 'where', operation: whereOperation(cursor), body: this.closedBody('endwhere', place), place }
      default:
        throw unknownTag(name, place)
    }
  }

  private closedBody(end: string, opener: Place): TemplateNode[] {
    const body = this.body([end], opener)
    if (end !== 'endmacro') body.end?.cursor.expectEnd()
    return body.nodes
  }

  private ifTag(cursor: TokenCursor, place: Place): IfTag {
    const arms: { test: RawExpression; body: TemplateNode[] }[] = []
    let test = whole(cursor, parseTuple)
    for (;;) {
      const body = this.body(['elif', 'else', 'endif'], place)
      arms.push({ test, body: body.nodes })
      if (body.end?.name === 'elif') {
        test = whole(body.end.cursor, parseTuple)
        continue
      }
      body.end?.cursor.expectEnd()
      const other = body.end?.name === 'else' ? this.closedBody('endif', place) : []
      return { kind: 'if', arms, other, place }
    }
  }

  private forTag(cursor: TokenCursor, place: Place): ForTag {
    const targets = nameList(cursor)
    cursor.expectKeyword('in')
    const first = parseOr(cursor)
    const items = [first]
    while (cursor.skipOperator(',')) items.push(parseOr(cursor))
    const of: RawExpression = items.length === 1 ? first : { op: 'list', items }
    const filter = cursor.skipName('if') ? parseExpression(cursor) : undefined
    if (cursor.isName('recursive')) throw cursor.errorAt(cursor.peek().offset, 'Recursive loops are not supported')
    cursor.expectEnd()
    const body = this.body(['else', 'endfor'], place)
    body.end?.cursor.expectEnd()
    const other = body.end?.name === 'else' ? this.closedBody('endfor', place) : []
    return { kind: 'for', targets, of, filter, body: body.nodes, other, place }
  }

  private setTag(cursor: TokenCursor, place: Place): TemplateNode {
    if (cursor.isOperator('.', 1)) {
      const name = cursor.expectName('a name').text
      cursor.expectOperator('.')
      const member = cursor.expectName('a name').text
      cursor.expectOperator('=')
      return { kind: 'set-member', name, member, expression: whole(cursor, parseTuple), place }
    }
    const targets = nameList(cursor)
    if (cursor.skipOperator('=')) return { kind: 'set', targets, expression: whole(cursor, parseTuple), place }
    const name = targets[0]
    if (targets.length > 1 || name === undefined) throw cursor.unexpected('=')
    if (cursor.isOperator('|'))
      throw cursor.unexpected('the end of the tag (a block holds SQL, filters are for values)')
    cursor.expectEnd()
    return { kind: 'fragment', name, body: this.closedBody('endset', place), place }
  }

  private macroTag(cursor: TokenCursor, place: Place): MacroTag {
    const name = cursor.expectName('the name of the macro').text
    const parameters: { name: string; fallback: RawExpression | undefined }[] = []
    cursor.expectOperator('(')
    while (!cursor.skipOperator(')')) {
      if (parameters.length > 0) cursor.expectOperator(',')
      const parameter = cursor.expectName('the name of a parameter').text
      parameters.push({ name: parameter, fallback: cursor.skipOperator('=') ? parseExpression(cursor) : undefined })
    }
    cursor.expectEnd()
    return { kind: 'macro', name, parameters, body: this.closedBody('endmacro', place), place }
  }
}

/** A rule that has to read the whole tag. */
function whole(cursor: TokenCursor, rule: (cursor: TokenCursor) => RawExpression): RawExpression {
  const expression = rule(cursor)
  if (!cursor.isEnd()) throw cursor.unexpected('the end of the tag')
  return expression
}

function nameList(cursor: TokenCursor): string[] {
  const parenthesised = cursor.skipOperator('(')
  const names = [assignable(cursor)]
  while (cursor.skipOperator(',')) names.push(assignable(cursor))
  if (parenthesised) cursor.expectOperator(')')
  return names
}

function assignable(cursor: TokenCursor): string {
  const token = cursor.expectName('the name of a variable')
  if (/^(?:true|false|none|loop|caller|and|or|not|if|else|in|is)$/i.test(token.text)) {
    throw cursor.errorAt(token.offset, `${token.text} is a word of the language: choose another name`)
  }
  return token.text
}

/** `operation=AND`, `operation="OR"` or any expression that says it. */
function whereOperation(cursor: TokenCursor): 'AND' | 'OR' | RawExpression {
  if (cursor.isEnd()) return 'AND'
  if (!cursor.isName('operation')) throw cursor.unexpected('operation=AND or operation=OR')
  cursor.next()
  cursor.expectOperator('=')
  const token = cursor.peek()
  const word = token.text.replace(/^['"]|['"]$/g, '').toUpperCase()
  if (
    (token.type === 'name' || token.type === 'string') &&
    (word === 'AND' || word === 'OR') &&
    cursor.peek(1).type === 'end'
  ) {
    return word
  }
  return whole(cursor, parseExpression)
}

function unknownTag(name: string, place: Place): TemplateError {
  if (name.startsWith('end')) return errorAt(place, `{% ${name} %} closes nothing here`)
  const opener = MIDDLES[name]
  if (opener !== undefined) return errorAt(place, `{% ${name} %} has no ${opener} here`)
  if (['include', 'import', 'from', 'extends', 'block'].includes(name)) {
    return errorAt(place, `{% ${name} %} is not supported: use a macro of the library`)
  }
  const guess = nearest(name, TAGS)
  return errorAt(place, `There is no tag ${name}${guess === undefined ? '' : `; did you mean ${guess}?`}`)
}

/**
 * Expressions as plain JSON. `Leaf` is how variables are written: names while parsing, references once the compiler has
 * resolved them (parameter of the call, or a local slot).
 */
export type ExpressionOf<Leaf> =
  | Leaf
  | { readonly op: 'const'; readonly value: null | boolean | number | string }
  /** An integer that a double cannot hold exactly. */
  | { readonly op: 'big'; readonly digits: string }
  | { readonly op: 'undefined' }
  | { readonly op: 'list'; readonly items: readonly ExpressionOf<Leaf>[] }
  | { readonly op: 'dict'; readonly entries: readonly (readonly [ExpressionOf<Leaf>, ExpressionOf<Leaf>])[] }
  | { readonly op: 'attr'; readonly of: ExpressionOf<Leaf>; readonly key: string }
  | { readonly op: 'item'; readonly of: ExpressionOf<Leaf>; readonly key: ExpressionOf<Leaf> }
  | {
      readonly op: 'slice'
      readonly of: ExpressionOf<Leaf>
      readonly from: ExpressionOf<Leaf>
      readonly to: ExpressionOf<Leaf>
      readonly step: ExpressionOf<Leaf>
    }
  | { readonly op: 'unary'; readonly sign: UnarySign; readonly of: ExpressionOf<Leaf> }
  | {
      readonly op: 'binary'
      readonly sign: BinarySign
      readonly left: ExpressionOf<Leaf>
      readonly right: ExpressionOf<Leaf>
    }
  | { readonly op: 'and' | 'or'; readonly left: ExpressionOf<Leaf>; readonly right: ExpressionOf<Leaf> }
  | {
      readonly op: 'compare'
      readonly first: ExpressionOf<Leaf>
      readonly rest: readonly { readonly sign: CompareSign; readonly right: ExpressionOf<Leaf> }[]
    }
  | {
      readonly op: 'cond'
      readonly test: ExpressionOf<Leaf>
      readonly then: ExpressionOf<Leaf>
      readonly other: ExpressionOf<Leaf>
    }
  | ({ readonly op: 'filter' | 'test' | 'method'; readonly of: ExpressionOf<Leaf> } & Call<Leaf>)
  | ({ readonly op: 'call' } & Call<Leaf>)

export type UnarySign = 'not' | '-' | '+'
export type BinarySign = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '~'
export type CompareSign = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in'

/** What filters, tests, methods and functions share: a name and arguments; named ones as pairs. */
export interface Call<Leaf> {
  readonly name: string
  readonly args: readonly ExpressionOf<Leaf>[]
  readonly named?: readonly (readonly [string, ExpressionOf<Leaf>])[]
  /** Offset in the source, for the compiler's messages; programs do not carry it. */
  readonly at?: number
}

/** A variable as it is written in a template. */
export interface Name {
  readonly op: 'name'
  readonly name: string
  readonly at: number
}

/** A parameter of the call. */
export interface ParamRef {
  readonly op: 'param'
  readonly name: string
}

/** A variable that the template sets. `outer` is what the name means as long as nothing was assigned. */
export interface LocalRef {
  readonly op: 'local'
  readonly slot: number
  readonly outer: Expression
}

export type RawExpression = ExpressionOf<Name>
export type Expression = ExpressionOf<ParamRef | LocalRef>

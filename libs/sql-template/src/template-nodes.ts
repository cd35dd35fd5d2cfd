import type { RawExpression } from './expression.js'
import type { Place } from './source-text.js'

/** A template as it is written: what the parser makes and the compiler reads. */
export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string; readonly place: Place }
  | { readonly kind: 'output'; readonly expression: RawExpression; readonly place: Place }
  | IfTag
  | ForTag
  | {
      readonly kind: 'set'
      readonly targets: readonly string[]
      readonly expression: RawExpression
      readonly place: Place
    }
  | SetMemberTag
  | { readonly kind: 'fragment'; readonly name: string; readonly body: readonly TemplateNode[]; readonly place: Place }
  | MacroTag
  | CallTag
  | WhereTag

export interface IfTag {
  readonly kind: 'if'
  readonly arms: readonly { readonly test: RawExpression; readonly body: readonly TemplateNode[] }[]
  readonly other: readonly TemplateNode[]
  readonly place: Place
}

export interface ForTag {
  readonly kind: 'for'
  readonly targets: readonly string[]
  readonly of: RawExpression
  readonly filter: RawExpression | undefined
  readonly body: readonly TemplateNode[]
  readonly other: readonly TemplateNode[]
  readonly place: Place
}

/** `{% set ns.member = … %}` on a namespace. */
export interface SetMemberTag {
  readonly kind: 'set-member'
  readonly name: string
  readonly member: string
  readonly expression: RawExpression
  readonly place: Place
}

export interface MacroTag {
  readonly kind: 'macro'
  readonly name: string
  readonly parameters: readonly { readonly name: string; readonly fallback: RawExpression | undefined }[]
  readonly body: readonly TemplateNode[]
  readonly place: Place
}

/** `{% call macro(…) %}body{% endcall %}`: the macro writes the body where it says `{{ caller() }}`. */
export interface CallTag {
  readonly kind: 'call'
  readonly call: RawExpression
  readonly body: readonly TemplateNode[]
  readonly place: Place
}

export interface WhereTag {
  readonly kind: 'where'
  readonly operation: 'AND' | 'OR' | RawExpression
  readonly body: readonly TemplateNode[]
  readonly place: Place
}

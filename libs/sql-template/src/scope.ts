import type { Expression } from './expression.js'
import type { MacroTag, TemplateNode } from './template-nodes.js'

/** What a name means to the compiler. */
export type Binding =
  /** A variable; its value is decided while rendering. `before` is what the name meant in this scope until it was assigned. */
  | { readonly kind: 'slot'; readonly slot: number; readonly before: Expression | undefined }
  /** A macro's parameter that stands for an expression that cannot change: no slot needed. */
  | { readonly kind: 'alias'; readonly expression: Expression }
  | { readonly kind: 'macro'; readonly tag: MacroTag; readonly scope: Scope; readonly library: string | undefined }
  /** SQL that is written out where the name is used: a block set, or the body of a call tag. */
  | { readonly kind: 'fragment'; readonly name: string; readonly body: readonly TemplateNode[]; readonly scope: Scope }

/**
 * Names of one region of a template. Loops and macros have their own; an if has not, so what it sets is seen after it,
 * as in Jinja. `certain` holds the slots that are assigned on every way to the current point.
 */
export class Scope {
  readonly names = new Map<string, Binding>()
  readonly ownSlots: number[] = []
  certain = new Set<number>()

  constructor(
    readonly parent: Scope | undefined,
    /** False inside loops and arms, where macros and fragments cannot be defined. */
    public definesSql: boolean,
  ) {}

  /** The nearest binding of a name, and the scope that holds it. */
  find(name: string): { readonly binding: Binding; readonly scope: Scope } | undefined {
    const binding = this.names.get(name)
    return binding === undefined ? this.parent?.find(name) : { binding, scope: this }
  }
}

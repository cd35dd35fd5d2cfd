import type { Dialect } from './dialect.js'
import type { Expression } from './expression.js'
import type { DeclaredParameter, NodeOf, ParameterUse, Placeholder, PlaceholderHint } from './program.js'
import { type Place, type Position, positionOf, type SourceText } from './source-text.js'
import { errorAt } from './template-error.js'

/** SQL text before its lexical state is known. */
export interface PlacedText {
  readonly kind: 'text'
  readonly text: string
  readonly place: Place
}

export type PlacedNode = NodeOf<PlacedText>

/** More nodes than this come only from macros that call each other many times. */
const NODES_MAX = 20_000

/** What a compilation gathers while it walks the template: ids, parameters, and where each node came from. */
export class CompileState {
  readonly placeholders: Placeholder[] = []
  readonly parameters = new Map<string, ParameterUse>()
  readonly usedMacros = new Set<string>()
  readonly branches: Position[] = []
  slots = 0
  private nodes = 0
  private readonly places = new WeakMap<object, Place>()
  /** The one expression that a slot is assigned, while there is only one. */
  private readonly sources = new Map<number, Expression | 'several'>()

  constructor(
    readonly dialect: Dialect,
    readonly declared: readonly DeclaredParameter[],
  ) {}

  /** Remembers where a new node is from, for messages of later passes. */
  at<T extends object>(node: T, place: Place): T {
    this.count(place)
    return this.keep(node, place)
  }

  /** The same for a node that takes the place of another one. */
  keep<T extends object>(node: T, place: Place): T {
    this.places.set(node, place)
    return node
  }

  /** Counts a node or a macro that is written out: macros that call each other twice would else double for ever. */
  count(place: Place): void {
    this.nodes += 1
    if (this.nodes > NODES_MAX)
      throw errorAt(place, `The template is too large: macros write out more than ${NODES_MAX} parts`)
  }

  /** The place of a node that `at` was told of. */
  placeOf(node: object): Place {
    const place = this.places.get(node)
    if (place === undefined) throw new Error('a node without a place')
    return place
  }

  /** Notes that the template reads a parameter, and says what it is really called: X_Tenant reads the header X-Tenant. */
  readonly useParameter = (written: string, offset: number, source: SourceText): string => {
    const name = this.declaredName(written)
    if (!this.parameters.has(name)) this.parameters.set(name, { name, ...positionOf({ source, offset }) })
    return name
  }

  /** Names may hold - and . which a template cannot write: it writes _ instead. */
  private declaredName(written: string): string {
    if (this.declared.some((parameter) => parameter.name === written)) return written
    return this.declared.find((parameter) => parameter.name.replace(/[-.]/g, '_') === written)?.name ?? written
  }

  newSlot(): number {
    this.slots += 1
    return this.slots - 1
  }

  newBranch(place: Place): number {
    this.branches.push(positionOf(place))
    return this.branches.length - 1
  }

  noteSource(slot: number, expression: Expression): void {
    this.sources.set(slot, this.sources.has(slot) ? 'several' : expression)
  }

  newPlaceholder(place: Place, expression: Expression, kind: { list?: boolean; hint?: PlaceholderHint } = {}): number {
    const id = this.placeholders.length
    const parameter = this.directParameter(expression)
    this.placeholders.push({
      id,
      ...positionOf(place),
      list: kind.list ?? false,
      ...(parameter === undefined ? {} : { parameter }),
      ...(kind.hint === undefined ? {} : { hint: kind.hint }),
    })
    return id
  }

  /** The parameter whose own value an expression has: through variables and `default`, but no computation. */
  directParameter(expression: Expression): string | undefined {
    if (expression.op === 'param') return expression.name
    if (expression.op === 'filter' && (expression.name === 'default' || expression.name === 'd')) {
      return this.directParameter(expression.of)
    }
    if (expression.op !== 'local') return undefined
    const source = this.sources.get(expression.slot)
    return source === undefined || source === 'several' ? undefined : this.directParameter(source)
  }
}

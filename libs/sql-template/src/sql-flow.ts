import type { CompileState, PlacedNode, PlacedText } from './compile-state.js'
import { conditionsOf } from './where-conditions.js'
import type { ForNodeOf, IfNodeOf, WhereNodeOf } from './program.js'
import type { Place } from './source-text.js'
import { AFTER_WRITTEN, describeState, isWordCharacter, PLAIN, scanSql, stateKey, type SqlState } from './sql-lexer.js'
import { listOperator } from './list-operator.js'
import { type FlowNode, type FlowText, writtenText } from './flow-text.js'
import { errorAt, faultAt, type TemplateFault } from './template-error.js'

type Bind = Extract<PlacedNode, { readonly kind: 'bind' }>

/** Bodies of loops are read twice, nested ones four times, and so on: far beyond what is ever nested, that has to end. */
const WALKED_MAX = 200_000

interface Walked {
  readonly nodes: FlowNode[]
  readonly states: readonly SqlState[]
}

/**
 * Follows the SQL's lexical state through texts, tags and arms. Afterwards it is certain that a value can only stand in plain
 * SQL, that every arm leaves the reader where the others do, and that nothing the evaluator writes joins with a neighbour.
 */
export class SqlFlow {
  readonly faults: TemplateFault[] = []
  private walked = 0
  /** Where the string or comment that is open began. */
  private opened: Place | undefined

  constructor(private readonly compile: CompileState) {}

  /** Reads a whole template; its end must not be inside a string or comment. */
  read(nodes: readonly PlacedNode[]): FlowNode[] {
    const walked = this.walk(nodes, [PLAIN])
    const open = walked.states[0]
    const what = open && describeState(open)
    if (what !== undefined && open?.mode !== 'line-comment' && this.opened)
      this.fault(this.opened, `${what} begins here and never ends`)
    return walked.nodes
  }

  private fault(place: Place, message: string): void {
    const fault = faultAt(place, message.charAt(0).toUpperCase() + message.slice(1))
    const same = (other: TemplateFault): boolean =>
      other.message === fault.message && other.line === fault.line && other.column === fault.column
    if (!this.faults.some(same)) this.faults.push(fault)
  }

  private walk(nodes: readonly PlacedNode[], from: readonly SqlState[]): Walked {
    const out: FlowNode[] = []
    let states = from
    for (const node of nodes) {
      states = this.walkNode(node, states, out)
    }
    return { nodes: out, states }
  }

  private walkNode(node: PlacedNode, states: readonly SqlState[], out: FlowNode[]): readonly SqlState[] {
    this.walked += 1
    if (this.walked > WALKED_MAX)
      throw errorAt(this.compile.placeOf(node), 'Too many loops are nested in each other here')
    switch (node.kind) {
      case 'text':
        return this.walkText(node, states, out)
      case 'bind':
        return this.walkBind(node, states, out)
      case 'ident':
      case 'compare':
        if (!this.expectPlain(states, this.compile.placeOf(node), 'A name or comparison')) return states
        if (states.some((state) => state.tail !== '')) out.push(writtenText(' ', this.compile.placeOf(node)))
        out.push(node)
        return [AFTER_WRITTEN]
      case 'if':
        return this.walkIf(node, states, out)
      case 'for':
        return this.walkFor(node, states, out)
      case 'where':
        return this.walkWhere(node, states, out)
      case 'set':
      case 'set-member':
      case 'reset':
      case 'split':
        out.push(node)
        return states
      case 'condition':
        throw new Error('conditions are made after this pass')
    }
  }

  private walkText(node: PlacedText, states: readonly SqlState[], out: FlowNode[]): readonly SqlState[] {
    const joins =
      states.some((state) => state.tail === AFTER_WRITTEN.tail) &&
      /^["'`]|^[\p{L}\p{N}_$\u0080-\u{10ffff}]/u.test(node.text)
    if (joins) {
      out.push(writtenText(' ', node.place))
      return this.walkText(node, [PLAIN], out)
    }
    const scans = states.map((state) => scanSql(node.text, state, this.compile.dialect.lexical))
    const [first] = scans
    if (first === undefined) return states
    if (scans.some((scan) => scan.classes !== first.classes || modeKey(scan.state) !== modeKey(first.state))) {
      this.fault(node.place, 'This text joins with what an arm before it leaves: put a blank between them')
    }
    const inText = (index: number): Place => ({ source: node.place.source, offset: node.place.offset + index })
    if (first.handWrittenBind !== -1) {
      this.fault(inText(first.handWrittenBind), 'Binds are numbered by the compiler: write {{ name }} here')
    }
    if (first.openedAt !== -1) this.opened = inText(first.openedAt)
    out.push({ kind: 'text', text: node.text, classes: first.classes, place: node.place })
    return uniqueStates(scans.map((scan) => scan.state))
  }

  /** Reports what stands where no value can stand; true when all is well. */
  private expectPlain(states: readonly SqlState[], place: Place, what: string): boolean {
    const state = states[0]
    const inside = state && describeState(state)
    if (inside === undefined || state === undefined) return true
    const fix = {
      plain: '',
      string:
        'take the quotes away, every value is bound; for a pattern write LIKE {{ x | sql_like_start }}, or join with ||',
      dollar: 'take the quotes away, every value is bound',
      identifier: "for a column or table write {{ name | sql_ident(['a', 'b']) }} without quotes",
      'line-comment': 'make it a comment of the template, {# … #}',
      'block-comment': 'make it a comment of the template, {# … #}',
    }[state.mode]
    this.fault(place, `${what} cannot stand inside ${inside}: ${fix}`)
    return false
  }

  private walkBind(node: Bind, states: readonly SqlState[], out: FlowNode[]): readonly SqlState[] {
    const place = this.compile.placeOf(node)
    if (!this.expectPlain(states, place, 'A value')) return states
    const { placeholders, dialect } = this.compile
    const placeholder = placeholders[node.id]
    const found = listOperator(out.at(-1))
    if (found.kind === 'parenthesis' && placeholder?.list) {
      this.fault(place, 'Write IN {{ … | in_list }} without parentheses: the list brings its own')
    }
    if (found.kind === 'operator' && placeholder) {
      const [before, after] = dialect.listMembership[found.operator]
      placeholders[node.id] = { ...placeholder, list: true }
      out.pop()
      out.push(found.before, writtenText(before, place), node, writtenText(after, place))
      return [PLAIN]
    }
    if (states.some((state) => isWordCharacter(state.tail.charAt(0)))) out.push(writtenText(' ', place))
    out.push(node)
    return [AFTER_WRITTEN]
  }

  private walkIf(node: IfNodeOf<PlacedText>, states: readonly SqlState[], out: FlowNode[]): readonly SqlState[] {
    const place = this.compile.placeOf(node)
    const arms = node.arms.map(({ test, body }) => ({ test, walked: this.walk(body, states) }))
    const other = this.walk(node.other, states)
    const ends = [...arms.map((arm) => arm.walked.states), other.states]
    this.expectSameMode(ends, place, 'The arms of this if')
    const bodies = arms.map(({ test, walked }) => ({ test, body: walked.nodes }))
    out.push(this.compile.keep({ ...node, arms: bodies, other: other.nodes }, place))
    return uniqueStates(ends.flat())
  }

  private walkFor(node: ForNodeOf<PlacedText>, states: readonly SqlState[], out: FlowNode[]): readonly SqlState[] {
    const place = this.compile.placeOf(node)
    let entry = states
    let body = this.walk(node.body, entry)
    // A later turn begins where the one before ended: read again until that says nothing new.
    for (let turn = 0; turn < 4; turn += 1) {
      const both = uniqueStates([...entry, ...body.states])
      if (both.length === entry.length) break
      this.expectSameMode([entry, body.states], place, 'The start and the end of this loop')
      entry = both
      body = this.walk(node.body, entry)
    }
    const other = this.walk(node.other, states)
    this.expectSameMode([body.states, other.states], place, 'The body and the else of this loop')
    out.push(this.compile.keep({ ...node, body: body.nodes, other: other.nodes }, place))
    return uniqueStates([...body.states, ...other.states])
  }

  private walkWhere(node: WhereNodeOf<PlacedText>, states: readonly SqlState[], out: FlowNode[]): readonly SqlState[] {
    const place = this.compile.placeOf(node)
    if (!this.expectPlain(states, place, 'A where block')) return states
    const body = this.walk(node.body, [PLAIN])
    this.expectSameMode([[PLAIN], body.states], place, 'The start and the end of this where block')
    if (states.some((state) => state.tail !== '')) out.push(writtenText(' ', place))
    const conditions = conditionsOf(body.nodes, place, (at, message) => this.fault(at, message), this.compile)
    const where: WhereNodeOf<FlowText> = { ...node, body: conditions }
    out.push(this.compile.keep(where, place))
    return [AFTER_WRITTEN, ...states]
  }

  private expectSameMode(ends: readonly (readonly SqlState[])[], place: Place, what: string): void {
    const modes = new Map(ends.flat().map((state) => [modeKey(state), describeState(state) ?? 'plain SQL']))
    if (modes.size > 1) {
      this.fault(
        place,
        `${what} must leave the SQL in the same state, but lead to ${[...new Set(modes.values())].join(' and ')}`,
      )
    }
  }
}

function modeKey(state: SqlState): string {
  return [state.mode, state.quote, String(state.backslash), String(state.depth)].join(' ')
}

function uniqueStates(states: readonly SqlState[]): SqlState[] {
  return [...new Map(states.map((state) => [stateKey(state), state])).values()]
}

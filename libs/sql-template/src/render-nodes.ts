import { COMPARISON_OPERATORS, comparisonOf } from './comparison-value.js'
import { type Environment, evaluate, UNSET } from './evaluate.js'
import type { Expression } from './expression.js'
import { quoteName } from './identifier.js'
import type {
  CompareNode,
  ConditionNodeOf,
  ForNodeOf,
  IdentNode,
  IfNodeOf,
  ProgramNode,
  SqlProgram,
  TextNode,
  WhereNodeOf,
} from './program.js'
import { RenderFault } from './render-fault.js'
import type { RenderPlan } from './render-plan.js'
import type { Origin, StatementWriter, WriterMark } from './statement-writer.js'
import { isTruthy, itemsOf, LoopState, Namespace, toText } from './values/value.js'

/** As many as a range may have; together over all loops of a call. */
const LOOP_TURNS_MAX = 100_000

/** Watches, and may decide, which way each branch goes. Used when shapes are enumerated. */
export interface BranchProbe {
  readonly forced: (branch: number) => number | undefined
  readonly took: (branch: number, alternative: number) => void
  /** Gets the origins of each statement's text. */
  readonly traced?: Origin[][]
}

/** Everything that rendering one call changes. */
export interface RenderState extends Environment {
  readonly plan: RenderPlan
  readonly writer: StatementWriter
  readonly probe: BranchProbe | undefined
  readonly program: SqlProgram
  loopTurns: number
  /** The where block that conditions are written into. */
  where: { readonly operation: 'AND' | 'OR'; any: boolean } | undefined
  /** What is being evaluated, to name the parameter when it fails. */
  current: Expression | undefined
}

/** Thrown by a comparison without a value; the condition around it drops itself. */
class AbsentComparison extends RenderFault {
  constructor() {
    super('is missing: it must say how to compare, or stand in a where block that can leave the condition out')
  }
}

export function renderNodes(nodes: readonly ProgramNode[], state: RenderState): void {
  for (const node of nodes) renderNode(node, state)
}

function renderNode(node: ProgramNode, state: RenderState): void {
  switch (node.kind) {
    case 'text':
      if (state.probe) state.writer.from(node, false)
      state.writer.write(node.text, node.code)
      break
    case 'bind':
      if (state.probe) noteBind(node.id, state)
      renderBind(node.expression, node.id, state)
      break
    case 'if':
      renderIf(node, state)
      break
    case 'condition':
      renderCondition(node, state)
      break
    case 'where':
      renderWhere(node, state)
      break
    case 'for':
      renderFor(node, state)
      break
    case 'set':
      assign(node.slots, read(node.expression, state), state)
      break
    case 'set-member':
      setMember(node.object, node.member, node.expression, state)
      break
    case 'reset':
      for (const slot of node.slots) state.locals[slot] = UNSET
      break
    case 'ident':
      renderIdent(node, state)
      break
    case 'compare':
      renderComparison(node, state)
      break
    case 'split':
      state.writer.endStatement()
      break
  }
}

function noteBind(id: number, state: RenderState): void {
  const placeholder = state.program.placeholders[id]
  if (placeholder) state.writer.from(placeholder, true)
}

function read(expression: Expression, state: RenderState): unknown {
  state.current = expression
  return evaluate(expression, state)
}

/** Where a list is meant, null is the empty list and a single value a list of one. */
function renderBind(expression: Expression, id: number, state: RenderState): void {
  const { plan, writer } = state
  const value = read(expression, state)
  if (plan.lists[id] !== true) writer.bind(id, value)
  else if (plan.dialect.lists === 'spread') writer.bindList(id, listOf(value))
  else writer.bind(id, listOf(value))
}

export function listOf(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return []
  if (!Array.isArray(value)) return [value]
  if (value.some((item) => Array.isArray(item))) throw new RenderFault('must be a list of single values, not of lists')
  return value
}

function renderIf(node: IfNodeOf<TextNode>, state: RenderState): void {
  const { arms, branch } = node
  let taken = state.probe?.forced(branch) ?? -1
  if (taken === -1) {
    taken = 0
    for (const arm of arms) {
      if (isTruthy(read(arm.test, state))) break
      taken += 1
    }
  }
  state.probe?.took(branch, taken)
  renderNodes(arms[taken]?.body ?? node.other, state)
}

function renderFor(node: ForNodeOf<TextNode>, state: RenderState): void {
  const items = loopItems(node, state)
  state.probe?.took(node.branch, Math.min(2, items.length))
  if (items.length === 0) {
    renderNodes(node.other, state)
    return
  }
  const loop = new LoopState(items)
  for (const [index, item] of items.entries()) {
    countTurn(state)
    loop.index0 = index
    assign(node.slots, item, state)
    state.locals[node.loop] = loop
    renderNodes(node.body, state)
  }
}

function loopItems(node: ForNodeOf<TextNode>, state: RenderState): readonly unknown[] {
  const items = itemsOf(read(node.of, state))
  const { filter } = node
  if (filter === undefined) return items
  return items.filter((item) => {
    countTurn(state)
    assign(node.slots, item, state)
    return isTruthy(read(filter, state))
  })
}

function countTurn(state: RenderState): void {
  state.loopTurns += 1
  if (state.loopTurns > LOOP_TURNS_MAX) throw new RenderFault(`makes the loops run more than ${LOOP_TURNS_MAX} times`)
}

/** One variable takes the value; several take the items of a list of as many. */
function assign(slots: readonly number[], value: unknown, state: RenderState): void {
  const [first] = slots
  if (slots.length === 1 && first !== undefined) {
    state.locals[first] = value
    return
  }
  const items = itemsOf(value)
  if (items.length !== slots.length)
    throw new RenderFault(`holds ${items.length} values where ${slots.length} are expected`)
  slots.forEach((slot, index) => (state.locals[slot] = items[index]))
}

function setMember(object: Expression, member: string, expression: Expression, state: RenderState): void {
  const target = read(object, state)
  if (!(target instanceof Namespace)) throw new RenderFault('only members of a namespace() can be set')
  target.members.set(member, read(expression, state))
}

function renderWhere(node: WhereNodeOf<TextNode>, state: RenderState): void {
  const { operation, branch } = node
  const outer = state.where
  if (typeof operation === 'string') {
    state.where = { operation, any: false }
  } else {
    const forced = state.probe?.forced(branch)
    const isOr = forced === undefined ? toText(read(operation, state)).trim().toUpperCase() === 'OR' : forced === 1
    state.probe?.took(branch, isOr ? 1 : 0)
    state.where = { operation: isOr ? 'OR' : 'AND', any: false }
  }
  renderNodes(node.body, state)
  state.where = outer
}

function renderCondition(node: ConditionNodeOf<TextNode>, state: RenderState): void {
  const { writer, where } = state
  if (where === undefined) throw new Error('a condition outside of a where block')
  // OR as operation joins everything with OR; AND leaves an OR that the author wrote.
  const word = where.operation === 'OR' || node.word === 'OR' ? ' OR ' : ' AND '
  const mark = node.optional ? writer.mark() : undefined
  writer.write(where.any ? word : 'WHERE ', true)
  if (mark === undefined) renderNodes(node.body, state)
  else if (!renderUnlessAbsent(node, mark, state)) return
  where.any = true
}

/** False when a comparison in it is missing; what was written of the condition is taken back. */
function renderUnlessAbsent(node: ConditionNodeOf<TextNode>, mark: WriterMark, state: RenderState): boolean {
  const { where } = state
  try {
    renderNodes(node.body, state)
    return true
  } catch (error) {
    if (!(error instanceof AbsentComparison)) throw error
    state.writer.goBack(mark)
    state.where = where
    return false
  }
}

function renderIdent(node: IdentNode, state: RenderState): void {
  const { allowed, branch } = node
  const forced = state.probe?.forced(branch)
  const said = forced === undefined ? read(node.expression, state) : allowed?.[forced]?.[0]
  const index = allowed?.findIndex(([known]) => known === said) ?? 0
  const name = allowed === undefined ? said : allowed[index]?.[1]
  const quoted = typeof name === 'string' ? quoteName(name, state.plan.dialect) : undefined
  if (quoted === undefined) {
    const list = allowed?.map(([known]) => known).join(', ')
    throw new RenderFault(
      list === undefined
        ? 'must be a plain name: letters, digits and _, parts joined by points'
        : `must be one of: ${list}`,
    )
  }
  if (state.probe) {
    state.probe.took(branch, index)
    const place = state.program.branches[branch]
    if (place) state.writer.from(place, true)
  }
  state.writer.write(quoted, true)
}

function renderComparison(node: CompareNode, state: RenderState): void {
  const { writer, probe } = state
  const comparison = comparisonOf(read(node.expression, state))
  if (probe) noteBind(node.ids[0], state)
  probe?.took(
    node.branch,
    comparison === undefined ? COMPARISON_OPERATORS.length : COMPARISON_OPERATORS.indexOf(comparison.operator),
  )
  if (comparison === undefined) throw new AbsentComparison()
  if (comparison.operator === 'between') {
    writer.write('BETWEEN ', true)
    writer.bind(node.ids[0], comparison.low)
    writer.write(' AND ', true)
    writer.bind(node.ids[1], comparison.high)
  } else {
    writer.write(`${comparison.operator} `, true)
    writer.bind(node.ids[0], comparison.value)
  }
}

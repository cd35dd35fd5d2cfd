import type { Expression } from '../expression.js'
import type { ProgramNode } from '../program.js'

/** A way into a parameter's value: the parameter, then keys; `*` stands for every element of a list. */
export type Path = readonly [parameter: string, ...keys: string[]]

export const ELEMENT = '*'

/** Which paths feed each variable that the template sets. */
export type SlotPaths = ReadonlyMap<number, readonly Path[]>

/** Filters that leave the value what it is, as far as choosing samples goes. */
const TRANSPARENT = new Set([
  'default',
  'd',
  'fromjson',
  'trim',
  'upper',
  'lower',
  'string',
  'int',
  'float',
  'list',
  'sql_int',
  'sql_string',
  'sql_float',
  'sql_bool',
  'sql_date',
  'sql_datetime',
])

/** The paths whose own values an expression has; several when it picks one of them. */
export function directPaths(expression: Expression, slots: SlotPaths): readonly Path[] {
  switch (expression.op) {
    case 'param':
      return [[expression.name]]
    case 'local':
      return slots.get(expression.slot) ?? []
    case 'attr':
      return directPaths(expression.of, slots).map((path) => [...path, expression.key])
    case 'item': {
      const key =
        expression.key.op === 'const' && typeof expression.key.value === 'string' ? expression.key.value : ELEMENT
      return directPaths(expression.of, slots).map((path) => [...path, key])
    }
    case 'filter':
      return TRANSPARENT.has(expression.name) ? directPaths(expression.of, slots) : []
    case 'method':
      return expression.name === 'get' && expression.args[0]?.op === 'const'
        ? withKey(directPaths(expression.of, slots), expression.args[0].value)
        : []
    case 'or':
    case 'and':
      return [...directPaths(expression.left, slots), ...directPaths(expression.right, slots)]
    case 'cond':
      return [...directPaths(expression.then, slots), ...directPaths(expression.other, slots)]
    default:
      return []
  }
}

function withKey(paths: readonly Path[], key: unknown): readonly Path[] {
  return typeof key === 'string' ? paths.map((path) => [...path, key]) : []
}

/** Calls back for an expression and everything in it. */
export function visitExpression(expression: Expression, visit: (part: Expression) => void): void {
  visit(expression)
  for (const part of partsOf(expression)) visitExpression(part, visit)
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.op) {
    case 'list':
      return expression.items
    case 'dict':
      return expression.entries.flat()
    case 'attr':
    case 'unary':
      return [expression.of]
    case 'item':
      return [expression.of, expression.key]
    case 'slice':
      return [expression.of, expression.from, expression.to, expression.step]
    case 'binary':
    case 'and':
    case 'or':
      return [expression.left, expression.right]
    case 'compare':
      return [expression.first, ...expression.rest.map(({ right }) => right)]
    case 'cond':
      return [expression.test, expression.then, expression.other]
    case 'filter':
    case 'test':
    case 'method':
      return [expression.of, ...expression.args]
    case 'call':
      return [...expression.args, ...(expression.named ?? []).map(([, value]) => value)]
    case 'local':
      return [expression.outer]
    default:
      return []
  }
}

/** All paths that an expression reads, at any depth of it. */
export function allPaths(expression: Expression, slots: SlotPaths): readonly Path[] {
  const paths = new Map<string, Path>()
  visitExpression(expression, (part) => {
    for (const path of directPaths(part, slots)) paths.set(pathKey(path), path)
  })
  // `a.b` reads `a` too, but only the longest way says something about the value.
  return [...paths.values()].filter((path) => ![...paths.values()].some((longer) => isPrefix(path, longer)))
}

function isPrefix(path: Path, longer: Path): boolean {
  return path.length < longer.length && path.every((key, index) => key === longer[index])
}

export function pathKey(path: Path): string {
  return JSON.stringify(path)
}

/** Calls back for every node, outer ones first. */
export function visitNodes(nodes: readonly ProgramNode[], visit: (node: ProgramNode) => void): void {
  for (const node of nodes) {
    visit(node)
    for (const body of bodiesOf(node)) visitNodes(body, visit)
  }
}

/** The node lists inside a node, for an if in the order of its alternatives. */
export function bodiesOf(node: ProgramNode): readonly (readonly ProgramNode[])[] {
  switch (node.kind) {
    case 'if':
      return [...node.arms.map(({ body }) => body), node.other]
    case 'for':
      return [node.other, node.body]
    case 'where':
    case 'condition':
      return [node.body]
    default:
      return []
  }
}

/** Follows assignments and loops: what each variable is made of. */
export function slotPaths(nodes: readonly ProgramNode[]): SlotPaths {
  const slots = new Map<number, Path[]>()
  const add = (slot: number | undefined, paths: readonly Path[]): void => {
    if (slot !== undefined) slots.set(slot, [...(slots.get(slot) ?? []), ...paths])
  }
  visitNodes(nodes, (node) => {
    if (node.kind === 'set' && node.slots.length === 1) add(node.slots[0], directPaths(node.expression, slots))
    if (node.kind === 'for' && node.slots.length === 1) {
      add(
        node.slots[0],
        directPaths(node.of, slots).map((path) => [...path, ELEMENT]),
      )
    }
  })
  return slots
}

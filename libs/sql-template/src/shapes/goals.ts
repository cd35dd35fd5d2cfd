import { COMPARISON_OPERATORS } from '../comparison-value.js'
import type { Expression } from '../expression.js'
import type { IfNodeOf, ProgramNode, SqlProgram, TextNode } from '../program.js'
import { allPaths, bodiesOf, pathKey, type SlotPaths, slotPaths } from './paths.js'

/** One way to go at one branch. */
export interface Alternative {
  readonly branch: number
  readonly alternative: number
}

/** A branch that publishing wants to see every way of. */
export interface BranchGoal {
  readonly branch: number
  readonly alternatives: number
  /** Keys of the paths that decide which way it goes; none when the values of a call do not matter. */
  readonly paths: readonly string[]
  /** What has to be chosen further out to get here. */
  readonly enclosing: readonly Alternative[]
}

export interface Goals {
  readonly branches: readonly BranchGoal[]
  /** Neighbouring conditions: ifs that follow each other in the same body. */
  readonly neighbours: readonly (readonly [BranchGoal, BranchGoal])[]
}

/** Every branch of a program, and which conditions are neighbours. */
export function goalsOf(program: SqlProgram): Goals {
  const slots = slotPaths(program.nodes)
  const branches: BranchGoal[] = []
  const neighbours: [BranchGoal, BranchGoal][] = []
  const walk = (nodes: readonly ProgramNode[], enclosing: readonly Alternative[], droppable: boolean): void => {
    let previous: BranchGoal | undefined
    for (const node of nodes) {
      const goal = goalOf(node, slots, enclosing, droppable)
      if (goal) branches.push(goal)
      if (goal && node.kind === 'if') {
        if (previous) neighbours.push([previous, goal])
        previous = goal
      }
      bodiesOf(node).forEach((body, index) => {
        const outer =
          goal && node.kind !== 'where' ? [...enclosing, { branch: goal.branch, alternative: index }] : enclosing
        walk(body, outer, droppable || node.kind === 'condition')
      })
    }
  }
  walk(program.nodes, [], false)
  return { branches, neighbours }
}

function goalOf(
  node: ProgramNode,
  slots: SlotPaths,
  enclosing: readonly Alternative[],
  droppable: boolean,
): BranchGoal | undefined {
  const make = (branch: number, alternatives: number, expressions: readonly Expression[]): BranchGoal => {
    const paths = expressions.flatMap((expression) => allPaths(expression, slots)).map(pathKey)
    return { branch, alternatives, paths: [...new Set(paths)], enclosing }
  }
  switch (node.kind) {
    case 'if':
      return make(node.branch, node.arms.length + 1, testsOf(node))
    case 'for':
      return make(node.branch, 3, node.filter ? [node.of, node.filter] : [node.of])
    case 'where':
      return typeof node.operation === 'string' ? undefined : make(node.branch, 2, [node.operation])
    case 'ident':
      return make(node.branch, node.allowed?.length ?? 1, [node.expression])
    case 'compare':
      return make(node.branch, COMPARISON_OPERATORS.length + (droppable ? 1 : 0), [node.expression])
    default:
      return undefined
  }
}

function testsOf(node: IfNodeOf<TextNode>): readonly Expression[] {
  return node.arms.map((arm) => arm.test)
}

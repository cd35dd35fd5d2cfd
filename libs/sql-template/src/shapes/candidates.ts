import { COMPARISON_OPERATORS } from '../comparison-value.js'
import type { Expression } from '../expression.js'
import type { DeclaredParameter, SqlProgram } from '../program.js'
import { isEqual } from '../values/comparison.js'
import {
  type Path,
  allPaths,
  directPaths,
  pathKey,
  type SlotPaths,
  slotPaths,
  visitExpression,
  visitNodes,
} from './paths.js'
import type { Candidate } from './candidate.js'
import { sampleValues } from './samples.js'

/** A path that decides about the text, and the values that lead to different texts. */
export interface Variable {
  readonly path: Path
  readonly candidates: readonly Candidate[]
}

const ABSENT: Candidate = { kind: 'absent' }
/** More values than these at one path make no new kind of text, only more work. */
const CANDIDATES_MAX = 40

/** Reads from the conditions of a program which values are worth trying. */
export function variablesOf(program: SqlProgram): Variable[] {
  const gatherer = new Gatherer(program)
  visitNodes(program.nodes, (node) => {
    if (node.kind === 'if') node.arms.forEach((arm) => gatherer.condition(arm.test))
    if (node.kind === 'for') {
      gatherer.loop(node.of)
      if (node.filter) gatherer.condition(node.filter)
    }
    if (node.kind === 'where' && typeof node.operation !== 'string') gatherer.choice(node.operation, ['AND', 'OR'])
    if (node.kind === 'ident') gatherer.choice(node.expression, node.allowed?.map(([said]) => said) ?? ['sample_name'])
    if (node.kind === 'compare') gatherer.choice(node.expression, COMPARISONS)
    // A variable may hide the condition: {% set wanted = a or b %}{% if wanted %}
    if (node.kind === 'set' || node.kind === 'set-member') gatherer.condition(node.expression)
  })
  return gatherer.variables()
}

const COMPARISONS = COMPARISON_OPERATORS.map((combinator) => ({
  combinator,
  values: combinator === 'between' ? '1,2' : '1',
}))

class Gatherer {
  private readonly found = new Map<string, { path: Path; candidates: Candidate[] }>()
  private readonly slots: SlotPaths
  private readonly declared: ReadonlyMap<string, DeclaredParameter>

  constructor(program: SqlProgram) {
    this.slots = slotPaths(program.nodes)
    this.declared = new Map(program.declared.map((parameter) => [parameter.name, parameter]))
  }

  variables(): Variable[] {
    return [...this.found.values()].map(({ path, candidates }) => ({
      path,
      candidates: this.fitting(path, candidates),
    }))
  }

  /** Everything that an if may ask about: presence, constants it compares with, lengths. */
  condition(test: Expression): void {
    for (const path of allPaths(test, this.slots)) this.addDefaults(path)
    visitExpression(test, (part) => {
      if (part.op === 'compare') {
        const operands = [part.first, ...part.rest.map(({ right }) => right)]
        for (const left of operands) for (const right of operands) if (left !== right) this.compared(left, right)
      }
      if (part.op === 'test' && part.args[0]) this.compared(part.of, part.args[0])
      if (part.op === 'test' && part.name === 'none') this.add(part.of, [null])
    })
  }

  loop(of: Expression): void {
    if (of.op === 'call' && of.name === 'range') return of.args.forEach((arg) => this.add(arg, [0, 1, 2]))
    if (of.op === 'method' && of.name === 'split') return this.add(of.of, ['', 'a', splitSample(of.args[0])])
    if ((of.op === 'method' || of.op === 'filter') && ['items', 'keys', 'values'].includes(of.name)) {
      return this.add(of.of, [{}, { a: 1 }, { a: 1, b: 2 }])
    }
    for (const path of allPaths(of, this.slots)) {
      for (const length of [2, 1, 0]) this.put(path, { kind: 'list', length })
      this.put(path, ABSENT)
    }
  }

  choice(expression: Expression, values: readonly unknown[]): void {
    this.condition(expression)
    this.add(expression, values)
  }

  private compared(left: Expression, right: Expression): void {
    const constants = constantsOf(right)
    if (left.op === 'filter' && (left.name === 'length' || left.name === 'count')) {
      for (const path of directPaths(left.of, this.slots)) {
        for (const length of neighbours(constants))
          this.put(path, { kind: 'list', length: Math.min(100, Math.max(0, length)) })
      }
      return
    }
    this.add(left, [...constants, ...neighbours(constants)])
    if (right.op !== 'const' && constants.length === 0)
      this.add(
        right,
        constantsOf(left).map((constant) => [constant]),
      )
  }

  private add(expression: Expression, values: readonly unknown[]): void {
    for (const path of directPaths(expression, this.slots)) {
      this.addDefaults(path)
      for (const value of values) this.put(path, { kind: 'value', value })
    }
  }

  private addDefaults(path: Path): void {
    for (const value of sampleValues(path.length === 1 ? this.declared.get(path[0]) : undefined))
      this.put(path, { kind: 'value', value })
    this.put(path, ABSENT)
  }

  private put(path: Path, candidate: Candidate): void {
    const key = pathKey(path)
    const known = this.found.get(key) ?? { path, candidates: [] }
    this.found.set(key, known)
    if (known.candidates.length < CANDIDATES_MAX && !known.candidates.some((other) => sameCandidate(other, candidate)))
      known.candidates.push(candidate)
  }

  /** Without what the declaration rules out: a value outside the enum, or nothing where something is required. */
  private fitting(path: Path, candidates: readonly Candidate[]): readonly Candidate[] {
    const declared = path.length === 1 ? this.declared.get(path[0]) : undefined
    if (declared === undefined) return candidates
    const { enum: allowed, required, default: fallback, minLength = 0 } = declared
    const kept = candidates.filter((candidate) => {
      if (candidate.kind === 'absent') return required !== true && (fallback === undefined || fallback === null)
      if (candidate.kind === 'list') return candidate.length >= minLength
      return (
        allowed === undefined || candidate.value === null || allowed.some((value) => isEqual(value, candidate.value))
      )
    })
    return kept.length > 0 ? kept : candidates
  }
}

function sameCandidate(left: Candidate, right: Candidate): boolean {
  if (left.kind === 'value' && right.kind === 'value')
    return (
      typeof left.value === typeof right.value &&
      isEqual(left.value, right.value) &&
      (left.value === null) === (right.value === null)
    )
  return JSON.stringify(left) === JSON.stringify(right)
}

function constantsOf(expression: Expression): readonly unknown[] {
  if (expression.op === 'const') return [expression.value]
  if (expression.op === 'list') return expression.items.flatMap(constantsOf)
  return expression.op === 'dict' ? expression.entries.flatMap(([key]) => constantsOf(key)) : []
}

/** On both sides of each number, for comparisons by order. */
function neighbours(constants: readonly unknown[]): number[] {
  return constants.flatMap((constant) => (typeof constant === 'number' ? [constant - 1, constant, constant + 1] : []))
}

function splitSample(separator: Expression | undefined): string {
  return separator?.op === 'const' && typeof separator.value === 'string' ? `a${separator.value}b` : 'a b'
}

import type { Position } from '../source-text.js'
import type { SqlProgram } from '../program.js'
import { render } from '../render.js'
import type { Casts } from '../render-plan.js'
import { variablesOf, type Variable } from './candidates.js'
import { type Alternative, type BranchGoal, goalsOf } from './goals.js'
import { pathKey, visitNodes } from './paths.js'
import { type Setting, valuesOf } from './samples.js'
import type { Origin } from '../statement-writer.js'
import { allSettings, combinedSettings, pairSettings, singleSettings } from './settings.js'

/** The text of one statement of a shape, with the placeholder behind each bind. */
export interface ShapeStatement {
  readonly text: string
  readonly placeholders: readonly number[]
  /** Where the text is from; `placeInTemplate` reads it. */
  readonly origins: readonly Origin[]
}

/** What the template sends for one kind of call. */
export interface Shape {
  readonly statements: readonly ShapeStatement[]
  /** Values of a call that makes exactly these texts; for reports and for reproducing a fault. */
  readonly values: Readonly<Record<string, unknown>>
  /** False when no values were found that lead here, and an arm was taken by force. A fault in such a shape may never happen. */
  readonly reachable: boolean
}

export interface ShapeReport {
  readonly shapes: readonly Shape[]
  /** `covered` of `total`: arms taken and not taken, and pairs of neighbouring conditions. */
  readonly covered: number
  readonly total: number
  /** Branches with a way that no shape shows. */
  readonly uncovered: readonly Position[]
  /** True when a name that no list closes is part of the text: such texts cannot all be known. */
  readonly open: boolean
}

export interface EnumerateOptions {
  /** The most shapes. */
  readonly max?: number
  readonly casts?: Casts
}

/** The most shapes that publishing prepares. */
const SHAPES_MAX = 256
/** Rendering takes microseconds; this many keep an enumeration well under a second. */
const ATTEMPTS_MAX = 20_000
/** Small templates are tried in every combination; for large ones that would only be the first of very many. */
const FILLING_ATTEMPTS_MAX = 4_000

/**
 * Finds values of calls that lead through every arm, and through each pair of neighbouring conditions both ways, and renders them. Each
 * shape is what `render` makes of its values, so a call that chooses the same ways sends the same text.
 */
export function enumerateShapes(program: SqlProgram, options: EnumerateOptions = {}): ShapeReport {
  const search = new ShapeSearch(program, options)
  search.run()
  return search.report()
}

class ShapeSearch {
  private readonly shapes = new Map<string, Shape>()
  private readonly covered = new Set<string>()
  private readonly goals
  private readonly variables: readonly Variable[]
  private attempts = 0

  constructor(
    private readonly program: SqlProgram,
    private readonly options: EnumerateOptions,
  ) {
    this.goals = goalsOf(program)
    this.variables = variablesOf(program)
  }

  /** What counts comes first; what is left of the budget goes to settings that calls may well have. */
  run(): void {
    this.attemptAll(singleSettings(this.variables))
    for (const [left, right] of this.goals.neighbours) this.tryTogether(left, right)
    for (const goal of this.goals.branches) {
      for (const way of this.unseen(goal))
        if (goal.paths.length > 0) this.attempt(this.firstSetting(), [...goal.enclosing, way])
    }
    this.attemptAll(pairSettings(this.variables))
    this.attemptAll(allSettings(this.variables), this.attempts + FILLING_ATTEMPTS_MAX)
  }

  private attemptAll(settings: Iterable<Setting>, attemptsMax = ATTEMPTS_MAX): void {
    for (const setting of settings) {
      if (this.attempts >= attemptsMax || this.isDone()) return
      this.attempt(setting, [])
    }
  }

  report(): ShapeReport {
    const singles = this.goals.branches.flatMap((goal) => {
      const unseen = this.unseen(goal)
      // Without a parameter behind it, a way that was not seen cannot be taken at all: {% for x in ['a', 'b'] %} has no empty case.
      return {
        goal,
        total: goal.alternatives - (goal.paths.length === 0 ? unseen.length : 0),
        covered: goal.alternatives - unseen.length,
      }
    })
    const pairs = this.goals.neighbours.reduce(
      (sum, pair) => sum + this.pairKeys(pair).filter((key) => this.covered.has(key)).length,
      0,
    )
    const lost = this.goals.neighbours.reduce((sum, pair) => sum + this.untriedPairs(pair), 0)
    const sum = (pick: (single: { total: number; covered: number }) => number): number =>
      singles.reduce((total, single) => total + pick(single), 0)
    return {
      shapes: [...this.shapes.values()],
      covered: sum((single) => single.covered) + pairs + (this.goals.branches.length === 0 ? this.shapes.size : 0),
      total: sum((single) => single.total) + pairs + lost + (this.goals.branches.length === 0 ? 1 : 0),
      uncovered: singles
        .filter((single) => single.covered < single.total)
        .flatMap(({ goal }) => this.program.branches[goal.branch] ?? []),
      open: this.hasOpenName(),
    }
  }

  private isDone(): boolean {
    return this.shapes.size >= (this.options.max ?? SHAPES_MAX)
  }

  private unseen(goal: BranchGoal): Alternative[] {
    const ways = Array.from({ length: goal.alternatives }, (_, alternative) => ({ branch: goal.branch, alternative }))
    return ways.filter((way) => !this.covered.has(wayKey(way)))
  }

  private firstSetting(): Setting {
    return this.variables.flatMap(({ path, candidates: [candidate] }) => (candidate ? [{ path, candidate }] : []))
  }

  /** Renders one setting; what is not declared is tried as text first, then as number. */
  private attempt(setting: Setting, forced: readonly Alternative[]): void {
    for (const untyped of ['sample', 1, ['sample']]) {
      this.attempts += 1
      if (this.renderSetting(valuesOf(this.program, setting, untyped), forced)) return
    }
  }

  private renderSetting(values: Record<string, unknown>, forced: readonly Alternative[]): boolean {
    const taken: Alternative[] = []
    const traced: Origin[][] = []
    const probe = {
      traced,
      forced: (branch: number) => forced.find((way) => way.branch === branch)?.alternative,
      took: (branch: number, alternative: number) => void taken.push({ branch, alternative }),
    }
    const { casts } = this.options
    const result = render(this.program, values, casts === undefined ? { probe } : { probe, casts })
    if (!result.ok) return false
    const key = JSON.stringify(result.statements.map(({ text }) => text))
    if (!this.shapes.has(key)) {
      if (this.isDone()) return true
      const statements = result.statements.map(({ text, placeholders }, index) => ({
        text,
        placeholders: [...placeholders],
        origins: traced[index] ?? [],
      }))
      this.shapes.set(key, { statements, values, reachable: forced.length === 0 })
    }
    this.cover(taken)
    return true
  }

  private cover(taken: readonly Alternative[]): void {
    const seen = new Map<number, Set<number>>()
    for (const way of taken) {
      this.covered.add(wayKey(way))
      seen.set(way.branch, (seen.get(way.branch) ?? new Set()).add(way.alternative))
    }
    for (const [left, right] of this.goals.neighbours) {
      for (const first of seen.get(left.branch) ?? []) {
        for (const second of seen.get(right.branch) ?? []) this.covered.add(pairKey(left, first, right, second))
      }
    }
  }

  private pairKeys([left, right]: readonly [BranchGoal, BranchGoal]): string[] {
    const ways = (goal: BranchGoal): number[] => Array.from({ length: goal.alternatives }, (_, index) => index)
    return ways(left).flatMap((first) => ways(right).map((second) => pairKey(left, first, right, second)))
  }

  /** All values of what decides two neighbouring conditions, against both backgrounds. */
  private tryTogether(left: BranchGoal, right: BranchGoal): void {
    const keys = this.pairKeys([left, right])
    const deciding = this.deciding([left, right])
    for (const setting of combinedSettings(this.variables, deciding)) {
      if (this.attempts >= ATTEMPTS_MAX || keys.every((key) => this.covered.has(key))) return
      this.attempt(setting, [])
    }
  }

  private deciding(goals: readonly BranchGoal[]): Variable[] {
    const keys = new Set(goals.flatMap((goal) => [...goal.paths]))
    return this.variables.filter((variable) => keys.has(pathKey(variable.path)))
  }

  /** Pairs that count as missing. A pair that all values were tried for and that never came up excludes itself (`if a`, `if not a`). */
  private untriedPairs(pair: readonly [BranchGoal, BranchGoal]): number {
    const product = this.deciding(pair).reduce((count, variable) => count * variable.candidates.length, 1)
    const triedAll = product <= 256 && this.attempts < ATTEMPTS_MAX && !this.isDone()
    return triedAll ? 0 : this.pairKeys(pair).filter((key) => !this.covered.has(key)).length
  }

  private hasOpenName(): boolean {
    let open = false
    visitNodes(this.program.nodes, (node) => {
      open ||= node.kind === 'ident' && node.allowed === undefined
    })
    return open
  }
}

const wayKey = ({ branch, alternative }: Alternative): string => `${branch}:${alternative}`
const pairKey = (left: BranchGoal, first: number, right: BranchGoal, second: number): string =>
  `${left.branch}:${first}|${right.branch}:${second}`

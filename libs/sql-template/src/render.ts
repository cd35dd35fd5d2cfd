import { evaluate, UNSET } from './evaluate.js'
import type { Expression } from './expression.js'
import type { SqlProgram } from './program.js'
import { RenderFault } from './render-fault.js'
import { type BranchProbe, listOf, renderNodes, type RenderState } from './render-nodes.js'
import { type Casts, planOf, type RenderPlan, type StraightStatement } from './render-plan.js'
import { type RenderedStatement, StatementWriter } from './statement-writer.js'

/** Why the values of a call cannot be rendered: the caller's fault. `name` is the parameter, when one can be named. */
export interface RenderedFault {
  readonly name?: string
  readonly message: string
}

export type RenderResult =
  | { readonly ok: true; readonly statements: readonly RenderedStatement[] }
  | { readonly ok: false; readonly faults: readonly RenderedFault[] }

export interface RenderOptions {
  /** Casts by placeholder id, decided when publishing. Give the same object each time: what is made of it is kept. */
  readonly casts?: Casts
  /** For enumerating shapes. */
  readonly probe?: BranchProbe
}

const NO_LOCALS: unknown[] = []

/**
 * Fills a program with the values of one call. Pure. No value ever gets into a text: it is bound, or it is a name from a list or of the
 * strict pattern, quoted. Values that do not fit (a name outside its list, a division by zero) are faults of the caller.
 */
export function render(
  program: SqlProgram,
  values: Readonly<Record<string, unknown>>,
  options: RenderOptions = {},
): RenderResult {
  const plan = planOf(program, options.casts)
  const { straight } = plan
  return straight === undefined
    ? renderProgram(program, plan, values, options.probe)
    : renderStraight(straight, plan, values)
}

function renderStraight(
  straight: readonly StraightStatement[],
  plan: RenderPlan,
  values: Readonly<Record<string, unknown>>,
): RenderResult {
  const env = { values, locals: NO_LOCALS }
  const statements: RenderedStatement[] = []
  let current: Expression | undefined
  try {
    for (const { text, placeholders, expressions } of straight) {
      const binds: unknown[] = []
      for (let index = 0; index < expressions.length; index += 1) {
        current = expressions[index]
        const value = current && evaluate(current, env)
        const outcome = plan.dialect.bindValue(plan.lists[placeholders[index] ?? -1] === true ? listOf(value) : value)
        if (!outcome.ok) return faultOf(outcome.message, current)
        binds.push(outcome.value)
      }
      statements.push({ text, values: binds, placeholders })
    }
  } catch (error) {
    return faultOf(reasonOf(error), current)
  }
  return { ok: true, statements }
}

function renderProgram(
  program: SqlProgram,
  plan: RenderPlan,
  values: Readonly<Record<string, unknown>>,
  probe: BranchProbe | undefined,
): RenderResult {
  const writer = new StatementWriter(plan, probe?.traced)
  const locals = new Array<unknown>(program.slots).fill(UNSET)
  const state: RenderState = {
    values,
    locals,
    program,
    plan,
    writer,
    probe,
    loopTurns: 0,
    where: undefined,
    current: undefined,
  }
  try {
    renderNodes(program.nodes, state)
    writer.endStatement()
  } catch (error) {
    return faultOf(reasonOf(error), state.current)
  }
  return { ok: true, statements: writer.statements }
}

/** What a caller's values did wrong; anything else is thrown on. The stack ends only where values are nested thousands deep. */
function reasonOf(error: unknown): string {
  if (error instanceof RenderFault) return error.message
  if (error instanceof RangeError) return 'is nested too deeply or too long'
  throw error
}

function faultOf(message: string, expression: Expression | undefined): RenderResult {
  const name = expression && firstParameter(expression)
  return { ok: false, faults: [name === undefined ? { message } : { name, message }] }
}

/** The parameter that an expression reads first, which is the one to blame. */
function firstParameter(expression: unknown): string | undefined {
  if (typeof expression !== 'object' || expression === null) return undefined
  if ('op' in expression && expression.op === 'param' && 'name' in expression) return String(expression.name)
  for (const part of Object.values(expression)) {
    const found = firstParameter(part)
    if (found !== undefined) return found
  }
  return undefined
}

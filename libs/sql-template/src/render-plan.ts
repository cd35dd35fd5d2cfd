import type { Dialect } from './dialect.js'
import { dialectOf } from './dialect-of.js'
import type { Expression } from './expression.js'
import { placeholderTypes } from './placeholder-types.js'
import type { SqlProgram } from './program.js'

/** Casts by placeholder id, for example {"3": "int8"}. */
export type Casts = Readonly<Record<string, string>>

/** A statement without any choice in it: its text is known once and for all. */
export interface StraightStatement {
  readonly text: string
  readonly placeholders: readonly number[]
  readonly expressions: readonly Expression[]
}

/** What is computed once for a program and its casts. */
export interface RenderPlan {
  readonly dialect: Dialect
  readonly casts: readonly (string | undefined)[]
  /** Placeholders whose value is a list. */
  readonly lists: readonly boolean[]
  /** What is known of each placeholder's value: string, integer, … */
  readonly types: readonly (string | undefined)[]
  /** Set when the program makes no choices, which most do not. */
  readonly straight: readonly StraightStatement[] | undefined
}

const NO_CASTS: Casts = Object.freeze({})
/** A type's name, with precision or brackets: nothing that could end the cast and begin something else. */
const CAST = /^[a-z_][a-z0-9_]*(?: [a-z]+)*(?:\(\d+(?:,\d+)?\))?(?:\[\])?$/
const plans = new WeakMap<SqlProgram, { casts: Casts; plan: RenderPlan }>()

/** The plan of a program; made on the first call and kept as long as the program and the same casts object are used. */
export function planOf(program: SqlProgram, casts: Casts = NO_CASTS): RenderPlan {
  const known = plans.get(program)
  if (known !== undefined && known.casts === casts) return known.plan
  const plan = makePlan(program, casts)
  plans.set(program, { casts, plan })
  return plan
}

function makePlan(program: SqlProgram, casts: Casts): RenderPlan {
  const dialect = dialectOf(program.dialect)
  const castList = program.placeholders.map(({ id }) => {
    const cast = casts[id]
    if (cast !== undefined && !CAST.test(cast)) throw new Error(`${cast} is not the name of a type`)
    return cast
  })
  return {
    dialect,
    casts: castList,
    lists: program.placeholders.map(({ list }) => list),
    types: placeholderTypes(program),
    straight: straighten(program, dialect, castList),
  }
}

function straighten(
  program: SqlProgram,
  dialect: Dialect,
  casts: readonly (string | undefined)[],
): StraightStatement[] | undefined {
  const statements: StraightStatement[] = []
  let text = ''
  let code = false
  let placeholders: number[] = []
  let expressions: Expression[] = []
  const end = (): void => {
    if (code) statements.push({ text: text.trim(), placeholders, expressions })
    text = ''
    code = false
    placeholders = []
    expressions = []
  }
  for (const node of program.nodes) {
    if (node.kind === 'text') {
      text += node.text
      code ||= node.code
    } else if (node.kind === 'bind') {
      // A spread list has another text for each length.
      if (dialect.lists === 'spread' && program.placeholders[node.id]?.list === true) return undefined
      placeholders.push(node.id)
      expressions.push(node.expression)
      text += dialect.bindText(placeholders.length, casts[node.id])
      code = true
    } else if (node.kind === 'split') {
      end()
    } else {
      return undefined
    }
  }
  end()
  return statements.some((statement) => statement.placeholders.length > dialect.bindsMax) ? undefined : statements
}

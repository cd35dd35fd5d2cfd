import type { SqlPlan } from '@penstock/contracts'
import type { Casts, CastablePlaceholder } from '@penstock/datasource'
import { loadProgram, placeholderTypes, type SqlProgram } from '@penstock/sql-template'

/** What publishing found out about a text. */
export interface Verdict {
  /** It may run without a transaction: one SELECT that leaves the session as it was. */
  readonly clean: boolean
  /** It only reads. Undefined when nobody could tell. */
  readonly reads: boolean | undefined
}

/** A SQL template that is ready to be executed. */
export interface SqlUnit {
  readonly program: SqlProgram
  /** The same object as long as the casts are the same: the renderer keeps what it made of it. */
  readonly casts: Casts
  /** By the text as it is sent. */
  readonly verdicts: ReadonlyMap<string, Verdict>
  /** False when the data source could not be asked while publishing: casts are settled on first use. */
  readonly proved: boolean
  /** The declared type of each placeholder's value, where the dialect writes values as literals of their type. */
  readonly valueTypes: readonly (string | undefined)[] | undefined
  /** False when every text that the template can make is known to read. */
  readonly mayWrite: boolean
}

/** Loads a plan of a snapshot. Throws ProgramUnusable when this build cannot evaluate it. */
export function loadSqlUnit(plan: SqlPlan): SqlUnit {
  const program = loadProgram(plan.program)
  return Object.freeze({
    program,
    casts: Object.freeze(plan.casts),
    verdicts: new Map(plan.shapes.map(({ text, clean, reads }) => [text, { clean, reads }])),
    proved: plan.proved,
    valueTypes: program.dialect === 'trino' ? placeholderTypes(program) : undefined,
    mayWrite: plan.shapes.length === 0 || plan.shapes.some(({ reads }) => reads !== true),
  })
}

/** What is known of the values of a program's placeholders, for finding the casts that they need. */
export function castablePlaceholders(program: SqlProgram): readonly CastablePlaceholder[] {
  const types = placeholderTypes(program)
  return program.placeholders.map(({ id, list }) => ({ id, list, type: types[id] }))
}

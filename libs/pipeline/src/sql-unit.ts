import type { SqlPlan } from '@penstock/contracts'
import type { Casts, CastablePlaceholder } from '@penstock/datasource'
import { loadProgram, type DeclaredParameter, type Placeholder, type SqlProgram } from '@penstock/sql-template'

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
  /** False when every text that the template can make is known to read. */
  readonly mayWrite: boolean
}

/** Loads a plan of a snapshot. Throws ProgramUnusable when this build cannot evaluate it. */
export function loadSqlUnit(plan: SqlPlan): SqlUnit {
  return Object.freeze({
    program: loadProgram(plan.program),
    casts: Object.freeze(plan.casts),
    verdicts: new Map(plan.shapes.map(({ text, clean, reads }) => [text, { clean, reads }])),
    proved: plan.proved,
    mayWrite: plan.shapes.length === 0 || plan.shapes.some(({ reads }) => reads !== true),
  })
}

// What a filter says about a value wins over what the parameter was declared as: `{{ n | sql_string }}` is text.
const TYPE_OF_HINT: Readonly<Record<NonNullable<Placeholder['hint']>, string>> = {
  text: 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  date: 'date',
  datetime: 'datetime',
  json: 'object',
}

/** What is known of the values of a program's placeholders, for finding the casts that they need. */
export function castablePlaceholders({ placeholders, declared }: SqlProgram): readonly CastablePlaceholder[] {
  const typeOf = new Map(declared.map(({ name, type }: DeclaredParameter) => [name, type]))
  return placeholders.map(({ id, list, hint, parameter }) => ({
    id,
    list,
    type: hint === undefined ? declaredType(typeOf.get(parameter ?? '')) : TYPE_OF_HINT[hint],
  }))
}

/** Of an array only that is known: its items have no declared type. */
function declaredType(type: string | undefined): string | undefined {
  return type === 'array' ? undefined : type
}

import type { AccessMode, BindValue, Driver, RowBatch, Statement, StatementResult } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import { render, type RenderedStatement } from '@penstock/sql-template'
import { settleOnFirstUse, type PrepareTexts } from './settle-on-first-use.js'
import type { SqlUnit } from './sql-unit.js'

/** One execution of a template on a data source. */
export interface SqlExecution {
  readonly unit: SqlUnit
  readonly values: Readonly<Record<string, unknown>>
  readonly driver: Driver
  /** The server refuses writes, whatever the statement says. */
  readonly readOnly: boolean
  readonly signal: AbortSignal
  readonly timeoutMs: number
  readonly rowsMax: number | undefined
  readonly bytesMax: number | undefined
  /** For templates that could not be proved while publishing. */
  readonly prepare?: PrepareTexts
  /** Makes what is sent of the one statement that there must be; what it makes only reads. */
  readonly around?: (statement: Statement) => readonly Statement[]
  /** Hears of what is about to be sent; for debugging. */
  readonly record?: (fact: ExecutionFact) => void
}

/** What is about to be sent to the data source. */
export interface ExecutionFact {
  readonly mode: AccessMode
  readonly statements: readonly Statement[]
}

/**
 * Renders a template with the values of a call and runs it. No value ever stands in a text. Throws PARAM_INVALID when the values cannot be
 * rendered, and what the driver throws.
 */
export async function executeSql(execution: SqlExecution): Promise<readonly StatementResult[]> {
  const { unit } = execution
  if (unit.proved) return executeWith(unit, execution)
  return executeWith(await settleOnFirstUse(unit, execution.values, execution.prepare, execution.signal), execution)
}

function executeWith(
  unit: SqlUnit,
  { driver, signal, timeoutMs, rowsMax, bytesMax, values, readOnly, around, record }: SqlExecution,
): Promise<readonly StatementResult[]> | readonly StatementResult[] {
  const rendered = renderStatements(unit, values)
  const statements = around === undefined ? rendered : around(onlyOne(rendered))
  if (statements.length === 0) return []
  const mode = around === undefined ? modeOf(unit, statements, readOnly) : 'read'
  record?.({ mode, statements })
  return driver.query(statements, { mode, signal, timeoutMs, rowsMax, bytesMax })
}

function onlyOne([statement, ...more]: readonly Statement[]): Statement {
  if (statement !== undefined && more.length === 0) return statement
  throw new AppError(
    'API_BROKEN',
    `${more.length + (statement === undefined ? 0 : 1)} statements where there must be one`,
  )
}

/** As `executeSql`, for the one result of a table. Throws NOT_ACCEPTABLE unless it is one statement that reads, before it is run. */
export async function readTable(execution: SqlExecution): Promise<Extract<StatementResult, { kind: 'rows' }>> {
  const { driver, signal, timeoutMs, rowsMax, bytesMax } = execution
  const [result] = await driver.query([await readingStatement(execution)], {
    ...{ mode: 'read', signal, timeoutMs, rowsMax, bytesMax },
  })
  if (result?.kind === 'rows') return result
  throw notATable('the statement returns no rows')
}

/** As `executeSql`, for rows that are sent while they are read. Throws NOT_ACCEPTABLE unless it is one statement that reads. */
export async function streamSql(execution: SqlExecution): Promise<AsyncIterable<RowBatch>> {
  const { driver, signal, timeoutMs, rowsMax, bytesMax } = execution
  const statement = await readingStatement(execution)
  return driver.stream(statement, { mode: 'read', signal, timeoutMs, rowsMax, bytesMax })
}

/** The one statement that reads; whatever else the template makes has no rows to be a table. */
async function readingStatement({ unit: own, values, prepare, readOnly, signal }: SqlExecution): Promise<Statement> {
  const unit = await settleOnFirstUse(own, values, prepare, signal)
  const statements = renderStatements(unit, values)
  const mode = modeOf(unit, statements, readOnly)
  const [statement, ...more] = statements
  if (statement !== undefined && more.length === 0 && mode === 'read') return statement
  throw notATable(`${statements.length} statements, mode ${mode}`)
}

function notATable(detail: string): AppError {
  return new AppError('NOT_ACCEPTABLE', detail, {
    message: 'Only one statement that reads has this format; this API answers application/json',
  })
}

/** The statements of a call, each with what publishing proved of its text. */
export function renderStatements(unit: SqlUnit, values: Readonly<Record<string, unknown>>): readonly Statement[] {
  const rendered = render(unit.program, values, { casts: unit.casts })
  if (rendered.ok) return rendered.statements.map((statement) => toStatement(unit, statement))
  throw new AppError('PARAM_INVALID', 'the template cannot be rendered with these values', { errors: rendered.faults })
}

function toStatement(unit: SqlUnit, { text, values, placeholders }: RenderedStatement): Statement {
  const statement = { text, values: values.map(bindValue), clean: unit.verdicts.get(text)?.clean === true }
  const { valueTypes } = unit
  return valueTypes === undefined ? statement : { ...statement, types: placeholders.map((id) => valueTypes[id]) }
}

/**
 * A call whose statements are all known to read needs no transaction that could write. A text that publishing did not see (a template can
 * make more than are enumerated) may write only where the template as a whole may.
 */
function modeOf(unit: SqlUnit, statements: readonly Statement[], readOnly: boolean): AccessMode {
  if (readOnly || !unit.mayWrite) return 'read'
  return statements.every(({ text }) => unit.verdicts.get(text)?.reads === true) ? 'read' : 'write'
}

/** The renderer's dialect gives only values that can be bound; this is where the compiler is told. */
function bindValue(value: unknown): BindValue {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'bigint':
      return value
    case 'object':
      if (value === null || value instanceof Uint8Array) return value
      if (Array.isArray(value)) return value.map(bindValue)
      break
    default:
  }
  throw new AppError('INTERNAL', `a value of type ${typeof value} was rendered, which cannot be bound`)
}

import { AppError } from '@penstock/errors'
import { snakeToCamel } from '@penstock/result-shape'
import type { Call, CallAnswer } from './call.js'
import type { ApiPlan, CompiledSnapshot } from './compiled-snapshot.js'
import { readTable } from './execute-sql.js'
import { Execution } from './execution.js'
import { fileName } from './file-name.js'
import { refusePage, type CallParams } from './read-call-params.js'
import type { SqlUnit } from './sql-unit.js'

const CONTENT_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
/** What a sheet holds, with one row for the names of the columns. */
const ROWS_MAX = 1_048_575
// Where the operator caps nothing: the file is made in memory.
const BYTES_MAX = 33_554_432

/**
 * The rows of one statement that reads as a file. It holds all rows or there is none: a file has no place to say that some were left out.
 * Throws STREAM_CAPPED when there are more than the caps of JSON answers allow.
 */
export async function answerXlsx(
  snapshot: CompiledSnapshot,
  call: Call,
  { plan, unit, params }: { readonly plan: ApiPlan; readonly unit: SqlUnit; readonly params: CallParams },
): Promise<CallAnswer> {
  const { ports, trace, signal } = call
  if (ports.writeXlsx === undefined) throw new AppError('NOT_ACCEPTABLE', 'no writer of XLSX files')
  refusePage(params.page)
  const execution = new Execution(snapshot, call, plan)
  try {
    const sql = execution.of(unit, params.values)
    const rowsMax = Math.min(sql.rowsMax ?? ROWS_MAX, ROWS_MAX)
    const { fields, rows, truncated } = await readTable({ ...sql, rowsMax, bytesMax: sql.bytesMax ?? BYTES_MAX })
    if (truncated) throw tooMany(rowsMax)
    trace.rows = rows.length
    const columns = fields.map(({ name, encoding }) => ({
      name: params.naming === 'camel' ? snakeToCamel(name) : name,
      encoding,
    }))
    const body = await ports.writeXlsx({ columns, rows }, signal)
    const disposition = `attachment; filename="${fileName(plan.path, 'xlsx')}"`
    return { body, contentType: CONTENT_TYPE, headers: { 'Content-Disposition': disposition } }
  } finally {
    execution.end()
  }
}

function tooMany(rowsMax: number): AppError {
  return new AppError('STREAM_CAPPED', `more than ${rowsMax} rows, or too many bytes, for an XLSX file`, {
    message: 'The answer has more rows than an XLSX file of this API may hold; ask for fewer, or for CSV',
  })
}

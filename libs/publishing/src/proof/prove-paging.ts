import type { PagingDefinition } from '@penstock/contracts'
import type { PrepareOutcome } from '@penstock/datasource'
import { AppError, type Fault } from '@penstock/errors'
import { KeyUnusable, pageStatements, pagingPlan, type PagingPlan } from '@penstock/paging'
import type { SqlProgram } from '@penstock/sql-template'

export interface ProofOfPaging {
  readonly paging: PagingDefinition
  readonly program: SqlProgram
  /** Texts that were proved, with their casts, and how many values each has. */
  readonly shapes: readonly { readonly text: string; readonly valueCount: number }[]
  readonly prepare: ((texts: readonly string[]) => Promise<readonly PrepareOutcome[]>) | undefined
}

const FIELD = 'paging'
const FIRST_PAGE = { page: 1, pageSize: 1, total: true }

/**
 * Prepares the statements of the first page, of the next one and of the count around every shape, without running any: a column that is not in
 * the result, or one that has no order, is told before a caller meets it. Without a data source to ask there are no faults.
 */
export async function provePaging({ paging, program, shapes, prepare }: ProofOfPaging): Promise<readonly Fault[]> {
  const plan = pagingPlan(paging, program.dialect)
  if (prepare === undefined) return []
  const inner = shapes.map(({ text, valueCount }) => ({ text, values: Array.from({ length: valueCount }, () => '') }))
  try {
    const first = inner.map((one) => pageStatements(plan, one, FIRST_PAGE))
    const pages = await prepare(first.map(({ page }) => page.text))
    const counts = await prepare(first.flatMap(({ total }) => (total === undefined ? [] : [total.text])))
    const faults = [...pages, ...counts].flatMap(faultOf)
    if (faults.length > 0 || plan.mode === 'offset') return once(faults)
    const next = inner.map((one, at) => pageStatements(plan, one, FIRST_PAGE, endOf(plan, pages[at])).page.text)
    return once((await prepare(next)).flatMap(faultOf))
  } catch (error) {
    if (error instanceof KeyUnusable) return [{ field: FIELD, message: `The paging cannot be used: ${error.message}` }]
    if (error instanceof AppError && error.code.startsWith('DATASOURCE_')) return []
    throw error
  }
}

/** Keys of a row as there could be one. */
function endOf({ orderBy }: PagingPlan, outcome: PrepareOutcome | undefined) {
  const fields = outcome?.ok === true ? (outcome.prepared.fields ?? []) : []
  return {
    keys: orderBy.map(() => '1'),
    types: orderBy.map(
      ({ name }) => fields.find((field) => field.name.toLowerCase() === name.toLowerCase())?.type ?? '',
    ),
  }
}

function faultOf(outcome: PrepareOutcome): Fault[] {
  if (outcome.ok) return []
  return [{ field: FIELD, message: `The statement cannot be divided into pages: ${outcome.fault.message}` }]
}

function once(faults: readonly Fault[]): readonly Fault[] {
  return faults.filter(({ message }, at) => faults.findIndex((one) => one.message === message) === at)
}

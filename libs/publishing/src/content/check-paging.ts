import { PAGING_PARAM_NAMES, type PagingDefinition, type ParamDefinition } from '@penstock/contracts'
import type { Fault } from '@penstock/errors'
import { isPagingDialect } from '@penstock/paging'
import type { ShapeReport } from '@penstock/sql-template'

interface Paged {
  readonly paging?: PagingDefinition | null
  readonly engine: 'SQL' | 'SCRIPT'
  readonly params: readonly ParamDefinition[]
  readonly dialect: string
}

/** What is wrong between the paging and the rest of the definition, without any data source. */
export function pagingFaults({ paging, engine, params, dialect }: Paged): Fault[] {
  if (paging === undefined || paging === null) return []
  if (engine === 'SCRIPT')
    return [{ field: 'paging', message: 'Paging is for engine SQL: a script makes its own pages' }]
  return [
    ...(isPagingDialect(dialect)
      ? []
      : [{ field: 'paging', message: `Paging is not available on data sources of type ${dialect}` }]),
    ...params.flatMap(({ name }, at) =>
      PAGING_PARAM_NAMES.includes(name)
        ? [{ field: `params[${at}].name`, message: `With paging the gateway itself reads ${name}: take another name` }]
        : [],
    ),
  ]
}

/** A page is a part of one result: every call of the template must make just one statement. */
export function onlyOneStatement(report: ShapeReport): Fault[] {
  if (report.shapes.every(({ statements }) => statements.length === 1)) return []
  return [{ field: 'paging', message: 'Paging needs a template that makes exactly one statement in every call' }]
}

import { PAGING_PARAM_NAMES, type ParamDefinition } from '@penstock/contracts'
import { AppError, type Fault } from '@penstock/errors'
import { readPage, type PagingPlan } from '@penstock/paging'
import { compileParams, type ParamValues } from '@penstock/params'
import type { CallParams } from '@penstock/pipeline'

/** What a draft is run with. */
export interface DebugParams {
  readonly values: ParamValues
  readonly page: CallParams['page']
}

/**
 * Reads values given by name as a call's would be read: converted, checked, with defaults; page, page_size, cursor and total are those of
 * the paging, where there is one. Where a call would carry them does not matter here. Throws PARAM_INVALID with every fault, under the places
 * that the definitions name.
 */
export function readDebugParams(
  definitions: readonly ParamDefinition[],
  paging: PagingPlan | undefined,
  given: Readonly<Record<string, unknown>>,
): DebugParams {
  const inBody = definitions.map((definition) => ({ ...definition, location: 'body' as const }))
  const read = compileParams(inBody, paging === undefined ? [] : PAGING_PARAM_NAMES)
  const params = read({ path: {}, query: {}, headers: {}, body: given })
  const page = paging === undefined ? undefined : readPage(paging, asQuery(given), 'as-is')
  if (params.ok && page?.ok !== false) {
    return {
      values: params.values,
      page: paging === undefined || page === undefined ? undefined : { plan: paging, request: page.request },
    }
  }
  const placeOf = new Map(definitions.map(({ name, location }) => [name, location]))
  const faults: (Fault & { readonly name: string })[] = [
    ...(params.ok
      ? []
      : params.faults.map((fault) => ({ ...fault, location: placeOf.get(fault.name) ?? fault.location }))),
    ...(page?.ok === false ? page.faults : []),
  ]
  throw new AppError('PARAM_INVALID', faults.map(({ name, message }) => `${name} ${message}`).join('; '), {
    errors: faults,
  })
}

/** As they would stand in a query: `2` and `"2"` are one page. What is no single value is a list, which no page takes. */
function asQuery(given: Readonly<Record<string, unknown>>): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [name, typeof value === 'object' ? [] : String(value)]),
  )
}

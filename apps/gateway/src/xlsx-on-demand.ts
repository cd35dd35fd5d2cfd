import type { CallPorts } from '@penstock/pipeline'

/** Writes XLSX files; the writer is loaded with the first one. */
export function xlsxOnDemand(): NonNullable<CallPorts['writeXlsx']> {
  let writer: Promise<NonNullable<CallPorts['writeXlsx']>> | undefined
  return async (table, signal) => {
    writer ??= import('@penstock/result-xlsx').then(({ xlsxWriter }) => xlsxWriter().write)
    return (await writer)(table, signal)
  }
}

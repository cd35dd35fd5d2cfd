import { parentPort, workerData } from 'node:worker_threads'
import writeXlsxFile, { type SheetData } from 'write-excel-file/node'
import { CellTooLong, sheetCell } from './sheet-cells.js'
import type { XlsxReply, XlsxTable } from './xlsx-job.js'

// One table, one file, then the thread ends: nothing of a table outlives it.
const table: XlsxTable = workerData
parentPort?.postMessage(await reply(table))

async function reply({ columns, rows }: XlsxTable): Promise<XlsxReply> {
  try {
    const header = columns.map(({ name }) => ({ type: String, value: name, fontWeight: 'bold' as const }))
    const cells = rows.map((row) => columns.map(({ encoding }, at) => sheetCell(row[at] ?? null, encoding)))
    const sheet: SheetData = [header, ...cells]
    const file = await writeXlsxFile(sheet, { stickyRowsCount: 1 }).toBuffer()
    return { kind: 'file', bytes: new Uint8Array(file) }
  } catch (error) {
    if (error instanceof CellTooLong) return { kind: 'too long', detail: error.message }
    throw error
  }
}

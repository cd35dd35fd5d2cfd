import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBResult } from '@duckdb/node-api'
import type { Fault, Reply, WireValue } from '../protocol/messages.js'
import { bindValues } from './bind-values.js'
import { columnsOf, type Column } from './columns.js'
import { HostFault } from './fault.js'

const BATCH_ROWS_MAX = 512
const BATCH_BYTES_MAX = 65_536
// An interrupt that comes a moment before its statement is lost, so it is repeated until the statement has ended.
const INTERRUPT_EVERY_MS = 20

/** One statement on its way: it sends a batch for each that was asked for, and can be stopped at any time. */
export class RunningStatement {
  #asked = 0
  #wake: (() => void) | undefined
  #connection: DuckDBConnection | undefined
  #stoppedBy: 'stopped' | 'timeout' | undefined
  #interrupts: NodeJS.Timeout | undefined

  constructor(
    readonly id: number,
    readonly text: string,
    readonly send: (reply: Reply) => void,
  ) {}

  /** Why it was stopped; undefined when it was not. */
  get stopFault(): Fault | undefined {
    if (this.#stoppedBy === undefined) return undefined
    return { type: this.#stoppedBy, message: 'the statement was interrupted' }
  }

  /** Its reader can take one more batch. */
  more(): void {
    this.#asked += 1
    this.#wake?.()
  }

  stop(why: 'stopped' | 'timeout'): void {
    if (this.#stoppedBy !== undefined) return
    this.#stoppedBy = why
    this.#connection?.interrupt()
    this.#interrupts = setInterval(() => this.#connection?.interrupt(), INTERRUPT_EVERY_MS)
    this.#wake?.()
  }

  /** Resolves when the last row was sent; the prepared statement is gone then. */
  async run(
    connection: DuckDBConnection,
    statement: DuckDBPreparedStatement,
    values: readonly WireValue[],
  ): Promise<void> {
    try {
      this.#refuseStopped()
      this.#connection = connection
      bindValues(statement, values)
      await this.#sendRows(await statement.stream())
    } finally {
      clearInterval(this.#interrupts)
      this.#connection = undefined
      statement.destroySync()
    }
  }

  async #sendRows(result: DuckDBResult): Promise<void> {
    const columns = columnsOf(result)
    this.send({ kind: 'fields', id: this.id, fields: columns.map(({ field }) => field) })
    for (;;) {
      this.#refuseStopped()
      const chunk = await result.fetchChunk()
      if (chunk === null || chunk.rowCount === 0) return
      const values = columns.map((_column, index) => chunk.getColumnValues(index))
      for (let row = 0; row < chunk.rowCount;) row = await this.#sendBatch(values, columns, row, chunk.rowCount)
    }
  }

  /** Sends rows from `start` on and says where the next batch begins. */
  async #sendBatch(
    values: readonly (readonly unknown[])[],
    columns: readonly Column[],
    start: number,
    end: number,
  ): Promise<number> {
    const rows: (string | null)[][] = []
    let bytes = 0
    let row = start
    for (; row < end && rows.length < BATCH_ROWS_MAX && bytes < BATCH_BYTES_MAX; row += 1) {
      const cells = columns.map(({ cell }, index) => {
        const value = values[index]?.[row]
        const text = value === null || value === undefined ? null : cell(value)
        bytes += text?.length ?? 0
        return text
      })
      rows.push(cells)
    }
    await this.#turn()
    this.send({ kind: 'rows', id: this.id, rows })
    return row
  }

  /** Waits until the reader can take a batch. */
  async #turn(): Promise<void> {
    while (this.#asked === 0) {
      this.#refuseStopped()
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    this.#refuseStopped()
    this.#asked -= 1
  }

  #refuseStopped(): void {
    if (this.#stoppedBy !== undefined) throw new HostFault(this.#stoppedBy, 'the statement was interrupted')
  }
}

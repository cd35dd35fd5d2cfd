import { AppError } from '@penstock/errors'
import { DatabaseError, type Connection, type Submittable } from 'pg'
import type { Sink } from './rows-sink.js'
import type { ColumnSource } from './type-catalog.js'

/** Wire bytes of a DataRow that are not cells: length and count, and the length of each cell. */
const ROW_HEAD_BYTES = 6
const CELL_HEAD_BYTES = 4
/** PostgreSQL has no results of more columns. */
const COLUMNS_MAX = 1664

/** How an exchange ended: `at` is the step that failed, or that was running when the connection was lost. */
export interface Settled {
  readonly failure: Error | undefined
  readonly at: number
}

/**
 * One group of messages up to its Sync, and what comes back for each of its steps. Settles once: when the server is ready again, when the
 * connection is lost, or when its owner gives up.
 */
export class Exchange implements Submittable {
  #at = 0
  #open = true
  #said: DatabaseError | undefined

  constructor(
    readonly bytes: Buffer,
    readonly steps: readonly Sink[],
    readonly settled: (outcome: Settled) => void,
  ) {}

  submit(connection: Connection): void {
    connection.stream.write(this.bytes)
  }

  /** Gives up: whatever still comes is dropped. The connection is not usable afterwards. */
  abandon(failure: Error | undefined): void {
    // What the server said before it closed the connection tells more than that it is closed.
    this.#settle(this.#said ?? failure)
  }

  handleRowDescription(message: { readonly fields: readonly ColumnSource[] }): void {
    this.steps[this.#at]?.describe(message.fields)
  }

  handleDataRow(message: { readonly fields: (string | null)[]; readonly length: number }): void {
    if (!this.#open) return
    const { fields } = message
    this.steps[this.#at]?.row(fields, message.length - ROW_HEAD_BYTES - CELL_HEAD_BYTES * fields.length)
  }

  /** A row of so many bytes has begun to arrive. */
  announced(length: number): void {
    if (this.#open) this.steps[this.#at]?.announced?.(length - ROW_HEAD_BYTES - CELL_HEAD_BYTES * COLUMNS_MAX)
  }

  handleCommandComplete(message: { readonly text: string }): void {
    if (this.#open) this.steps[this.#at]?.complete(message.text)
    this.#at += 1
  }

  handlePortalSuspended(): void {
    this.steps[this.#at]?.suspended()
    this.#at += 1
  }

  handleEmptyQuery(): void {
    this.#at += 1
  }

  handleReadyForQuery(): void {
    this.#settle(undefined)
  }

  handleError(error: Error, connection: Connection): void {
    // After an error of a statement the server skips to the Sync; only then may the connection be used again.
    if (error instanceof DatabaseError) {
      this.#said = error
      connection.once('readyForQuery', () => this.#settle(error))
    } else this.#settle(error)
  }

  /** COPY FROM STDIN would wait for ever for data that nobody sends. */
  handleCopyInResponse(): void {
    this.#settle(copyRefused())
  }

  handleCopyData(): void {
    this.#settle(copyRefused())
  }

  #settle(failure: Error | undefined): void {
    if (!this.#open) return
    this.#open = false
    this.settled({ failure, at: this.#at })
  }
}

function copyRefused(): AppError {
  return new AppError('STATEMENT_FAILED', 'COPY to or from the client', { message: 'COPY is not supported in an API' })
}

import type { DuckDBConnection, Json } from '@duckdb/node-api'

/** One connection for many short questions, asked one after the other. */
export class SharedConnection {
  #last: Promise<unknown> = Promise.resolve()

  constructor(readonly connection: DuckDBConnection) {}

  /** Runs the work when all that came before is done. */
  exclusively<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => work(this.connection))
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** All rows of a question, its texts bound. */
  rows(text: string, values: readonly string[] = []): Promise<Json[][]> {
    return this.exclusively(async (connection) => {
      const statement = await connection.prepare(text)
      try {
        values.forEach((value, index) => statement.bindVarchar(index + 1, value))
        return (await statement.runAndReadAll()).getRowsJson()
      } finally {
        statement.destroySync()
      }
    })
  }
}

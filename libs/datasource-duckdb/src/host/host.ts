import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api'
import type { Reply, Request, Run, WireColumn } from '../protocol/messages.js'
import { TextChecker } from './check-text.js'
import { describeText } from './describe-text.js'
import { faultOf } from './fault.js'
import type { OpenPlace } from './open-place.js'
import { RunningStatement } from './running-statement.js'

// Statements that were prepared on other files: after these the views are made anew, once.
const STALE = new Set(['IO', 'Binder', 'Catalog', 'Conversion', 'Invalid Input'])

const COLUMNS = `
SELECT table_schema, table_name, table_type = 'VIEW', column_name, data_type, is_nullable = 'YES'
  FROM (SELECT table_catalog, table_schema, table_name, table_type FROM information_schema.tables
         WHERE table_catalog = current_database() ORDER BY table_schema, table_name LIMIT $1::INTEGER) AS found
  JOIN information_schema.columns USING (table_catalog, table_schema, table_name)
 ORDER BY table_schema, table_name, ordinal_position`

/** Answers requests on one opened place. Each statement has a connection of its own, so that it alone can be interrupted. */
export class Host {
  readonly #running = new Map<number, RunningStatement>()
  readonly #idle: DuckDBConnection[] = []
  readonly #checker: TextChecker

  constructor(
    readonly place: OpenPlace,
    readonly send: (reply: Reply) => void,
  ) {
    this.#checker = new TextChecker(place.own)
  }

  take(request: Request): void {
    switch (request.kind) {
      case 'run':
        return void this.#run(request)
      case 'more':
        return this.#running.get(request.id)?.more()
      case 'stop':
        return this.#running.get(request.id)?.stop('stopped')
      case 'prepare':
        return void this.#answer(request.id, () => this.#prepare(request.id, request.text))
      case 'tables':
        return void this.#answer(request.id, () => this.#tables(request.id, request.tablesMax))
      case 'running': {
        const texts = [...this.#running.values()].map(({ text }) => text)
        return void this.#answer(request.id, () => Promise.resolve(this.send({ kind: 'texts', id: request.id, texts })))
      }
    }
  }

  async #run(request: Run): Promise<void> {
    const { id, text, timeoutMs } = request
    const statement = new RunningStatement(id, text, this.send)
    this.#running.set(id, statement)
    const timer = setTimeout(() => statement.stop('timeout'), Math.min(timeoutMs, 2 ** 31 - 1))
    await this.#answer(id, async () => {
      const connection = await this.#connection()
      try {
        await statement.run(connection, await this.#prepared(connection, text), request.values)
      } finally {
        this.#idle.push(connection)
      }
    })
    clearTimeout(timer)
    this.#running.delete(id)
  }

  /** Ends each request with one `end` or `failed`. */
  async #answer(id: number, work: () => Promise<void>): Promise<void> {
    try {
      await work()
      this.send({ kind: 'end', id })
    } catch (error) {
      this.send({ kind: 'failed', id, fault: this.#running.get(id)?.stopFault ?? faultOf(error) })
    }
  }

  async #connection(): Promise<DuckDBConnection> {
    return this.#idle.pop() ?? (await this.place.instance.connect())
  }

  async #prepared(connection: DuckDBConnection, text: string): Promise<DuckDBPreparedStatement> {
    const { tables, lists } = await this.#checker.check(text)
    const { catalogue } = this.place
    if (lists) await catalogue.ensureAll(Infinity)
    await catalogue.ensure(tables)
    try {
      return await connection.prepare(text)
    } catch (error) {
      if (!STALE.has(faultOf(error).type) || !(await catalogue.forget(tables))) throw error
      await catalogue.ensure(tables)
      return connection.prepare(text)
    }
  }

  async #prepare(id: number, text: string): Promise<void> {
    const connection = await this.#connection()
    try {
      const statement = await this.#prepared(connection, text)
      this.send({ kind: 'fields', id, fields: await describeText(connection, statement, text) })
    } finally {
      this.#idle.push(connection)
    }
  }

  async #tables(id: number, tablesMax: number): Promise<void> {
    await this.place.catalogue.ensureAll(tablesMax)
    const rows = await this.place.own.rows(COLUMNS, [String(tablesMax)])
    const columns = rows.map(([schema, table, isView, name, type, nullable]): WireColumn => ({
      schema: String(schema),
      table: String(table),
      isView: isView === true,
      name: String(name),
      type: String(type),
      nullable: nullable === true,
    }))
    this.send({ kind: 'columns', id, columns })
  }
}

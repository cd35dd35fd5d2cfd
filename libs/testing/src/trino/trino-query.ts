import type { PoolClient } from 'pg'
import type { TrinoCatalogs } from './trino-catalogs.js'
import { trinoColumns, type TrinoColumn } from './trino-columns.js'
import { TIME_LIMIT, trinoFailure, type TrinoFailure } from './trino-failure.js'
import { toPostgres } from './to-postgres.js'
import type { TrinoStatement } from './trino-statement.js'

/** What the request of a statement says beside its text. */
export interface QueryRequest {
  readonly catalog: string
  readonly schema: string | undefined
  /** The client whose transaction the statement belongs to. */
  readonly transaction: PoolClient | undefined
  readonly runTimeMsMax: number | undefined
}

/** A part of a result, as one answer has it. */
export interface Part {
  readonly columns: readonly TrinoColumn[] | undefined
  /** The rows as JSON. */
  readonly data: string | undefined
  readonly updateType?: string
  readonly updateCount?: number
}

export type QueryState = 'QUEUED' | 'RUNNING' | 'FINISHED' | 'FAILED'

type RunStatement = Extract<TrinoStatement, { readonly kind: 'run' | 'validate' }>

const PART_ROWS = 4096
const TEXTS = { getTypeParser: () => (text: string) => text }

/** One statement that runs on PostgreSQL, read part by part as its client asks. */
export class TrinoQuery {
  state: QueryState = 'QUEUED'
  failure: TrinoFailure | undefined
  readonly #parts: AsyncGenerator<Part, void>
  #pending: Promise<IteratorResult<Part, void>> | undefined
  #backend: number | undefined
  #timer: NodeJS.Timeout | undefined
  #sent = ''

  constructor(
    readonly statement: RunStatement,
    readonly request: QueryRequest,
    readonly catalogs: TrinoCatalogs,
  ) {
    this.#parts = this.#run()
  }

  /** The next part; 'nothing yet' when it takes longer than `waitMs`, undefined after the last one. Failures are in `failure`. */
  async next(waitMs: number): Promise<Part | 'nothing yet' | undefined> {
    if (this.state === 'QUEUED') this.#start()
    this.#pending ??= this.#parts.next()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'nothing yet'>((resolve) => (timer = setTimeout(() => resolve('nothing yet'), waitMs)))
    try {
      const step = await Promise.race([this.#pending, late])
      if (step === 'nothing yet') return step
      this.#pending = undefined
      if (step.done !== true) return step.value
      this.#end('FINISHED')
    } catch (error) {
      this.#pending = undefined
      this.failure ??= trinoFailure(error, this.statement.text, this.#sent)
      this.#end('FAILED')
    } finally {
      clearTimeout(timer)
    }
    return undefined
  }

  /** Stops it on PostgreSQL. */
  async cancel(): Promise<void> {
    if (this.state === 'FINISHED' || this.state === 'FAILED') return
    this.#end('FAILED')
    this.#pending?.catch(() => undefined)
    const stopped = this.#parts.return()
    if (this.#backend !== undefined) await this.catalogs.stop(this.request.catalog, this.#backend)
    await stopped.catch(() => undefined)
  }

  #start(): void {
    this.state = 'RUNNING'
    const { runTimeMsMax } = this.request
    if (runTimeMsMax === undefined) return
    this.#timer = setTimeout(() => {
      this.failure = TIME_LIMIT
      void this.cancel()
    }, runTimeMsMax)
  }

  #end(state: 'FINISHED' | 'FAILED'): void {
    clearTimeout(this.#timer)
    this.state = state
  }

  async *#run(): AsyncGenerator<Part, void> {
    const { catalog, schema, transaction } = this.request
    const { text, values } = toPostgres(this.statement.text, this.statement.values)
    this.#sent = text
    const client = transaction ?? (await this.catalogs.connect(catalog))
    let done = false
    try {
      this.#backend = await this.catalogs.prepare(client, schema)
      if (transaction === undefined) await client.query('BEGIN')
      if (this.statement.kind === 'validate') {
        await client.query({ text: `EXPLAIN ${text}`, values: [...values] })
        yield { columns: trinoColumns([{ name: 'Valid', dataTypeID: 16, dataTypeModifier: -1 }]), data: '[[true]]' }
      } else if (/^[\s(]*(?:select|with|values|table)\b/i.test(text)) yield* this.#read(client, text, values)
      else yield await this.#write(client, text, values)
      if (transaction === undefined) await client.query('COMMIT')
      done = true
    } finally {
      this.#backend = undefined
      if (transaction === undefined) await this.catalogs.release(client, done)
    }
  }

  async *#read(client: PoolClient, text: string, values: readonly string[]): AsyncGenerator<Part, void> {
    const cursor = 'part_by_part'
    // The text stands in what pg_stat_activity shows, while parts are fetched too.
    const shown = `-- ${text.replace(/\s+/g, ' ')}`
    await client.query({ text: `DECLARE ${cursor} NO SCROLL CURSOR FOR ${text}`, values: [...values] })
    for (;;) {
      const { rows, fields } = await client.query<(string | null)[]>({
        text: `FETCH ${PART_ROWS} FROM ${cursor} ${shown}`,
        rowMode: 'array',
        types: TEXTS,
      })
      const columns = trinoColumns(fields)
      yield { columns, data: rows.length === 0 ? undefined : rowsJson(rows, columns) }
      if (rows.length < PART_ROWS) break
    }
    await client.query(`CLOSE ${cursor}`)
  }

  async #write(client: PoolClient, text: string, values: readonly string[]): Promise<Part> {
    const { command, rowCount } = await client.query({ text, values: [...values] })
    const isCount = /^(?:INSERT|UPDATE|DELETE|MERGE)$/.test(command)
    if (!isCount)
      return {
        columns: undefined,
        data: undefined,
        updateType: /^\s*(\w+ \w+)/.exec(text)?.[1]?.toUpperCase() ?? command,
      }
    // As the server does: the count is a row too.
    const columns = trinoColumns([{ name: 'rows', dataTypeID: 20, dataTypeModifier: -1 }])
    return { columns, data: `[[${rowCount ?? 0}]]`, updateType: command, updateCount: rowCount ?? 0 }
  }
}

function rowsJson(rows: readonly (readonly (string | null)[])[], columns: readonly TrinoColumn[]): string {
  const lines = rows.map(
    (row) => `[${row.map((text, index) => (text === null ? 'null' : columns[index]?.json(text))).join(',')}]`,
  )
  return `[${lines.join(',')}]`
}

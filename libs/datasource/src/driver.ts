/** A value as it is bound; lists are bound as one array value where the dialect has them. Bigger integers than 2^53 come as bigint. */
export type BindValue = null | boolean | number | bigint | string | Uint8Array | readonly BindValue[]

/** One statement: its text holds no value, only the dialect's placeholders. */
export interface Statement {
  readonly text: string
  readonly values: readonly BindValue[]
  /** The declared type of each value (string, integer, date, …), where it is known; only drivers that write literals look at it. */
  readonly types?: readonly (string | undefined)[]
  /** True when it was proved to be one SELECT that leaves the session clean, so that it needs no transaction. */
  readonly clean: boolean
}

/** How a cell stands in a row: `raw` text is JSON as it is (numbers, booleans, json, arrays); `string` text is to be quoted. */
export type CellEncoding = 'raw' | 'string'

/** A column of a result. */
export interface Field {
  readonly name: string
  /** The server's name of the type, for example `int8`. */
  readonly type: string
  readonly encoding: CellEncoding
}

/** Cells in order of the fields: text by the field's encoding, or null. NaN and infinities are null already. */
export type Row = readonly (string | null)[]

export type StatementResult =
  | {
      readonly kind: 'rows'
      readonly fields: readonly Field[]
      readonly rows: readonly Row[]
      readonly truncated: boolean
    }
  | { readonly kind: 'count'; readonly count: number }

export interface RowBatch {
  readonly fields: readonly Field[]
  readonly rows: readonly Row[]
  /** True on the last batch alone, when a cap cut the result: what was yielded is not complete then. */
  readonly truncated: boolean
}

/** read: the server refuses writes. write: one transaction, committed when every statement succeeded. */
export type AccessMode = 'read' | 'write'

export interface RunOptions {
  readonly mode: AccessMode
  /** In mode `write`: everything is rolled back when the statements have run, so that trying one out leaves nothing behind. */
  readonly discard?: boolean
  /** Aborting it stops the statement on the server and rejects with DATASOURCE_TIMEOUT or the signal's own reason. */
  readonly signal: AbortSignal
  /** The statement timeout that the server itself keeps, in milliseconds. */
  readonly timeoutMs: number
  /** Rows over all statements after which reading stops; undefined: no cap. */
  readonly rowsMax: number | undefined
  /** Bytes of cell text after which reading stops at a whole row; undefined: no cap. */
  readonly bytesMax: number | undefined
}

/** How a transaction is begun. */
export interface TransactionOptions {
  /** read: the server refuses writes. */
  readonly mode: AccessMode
  /** Aborting it stops what runs, on the server too, and drops the connection with all that it did. */
  readonly signal: AbortSignal
  /** The longest that one statement may take, in milliseconds. */
  readonly timeoutMs: number
}

/**
 * A transaction on a connection of its own, until `commit` or `rollback`, one of which must be called, after an abort too. Statements run one
 * after the other. Once one has failed, the transaction can only be rolled back: `commit` does that, and rejects.
 */
export interface Transaction {
  query(statement: Statement, caps: Pick<RunOptions, 'rowsMax' | 'bytesMax'>): Promise<StatementResult>
  /** Rejects when nothing was committed, or when nobody knows because the connection was lost just then. */
  commit(): Promise<void>
  /** Undoes everything. Never rejects; does nothing once the transaction is over. */
  rollback(): Promise<void>
}

/**
 * Runs statements on one data source. Values are always bound. All failures are AppErrors with a DATASOURCE_* or STATEMENT_* code;
 * what the server said is in their detail, for logs and debug.
 */
export interface Driver {
  /**
   * Runs the statements in one session, buffered up to the caps. A single clean read costs one trip; several statements and writes
   * are one transaction, committed on success and rolled back on any failure. Results are in the order of the statements.
   */
  query(statements: readonly Statement[], options: RunOptions): Promise<readonly StatementResult[]>
  /**
   * Yields batches of at most 512 rows or about 64 KB as they arrive, at least one, so that the fields are known when there are no rows.
   * Always read-only, whatever `options.mode` says. A slow reader slows the server down, and the server's statement timeout goes on
   * meanwhile. Stopping early, or aborting, stops the statement on the server.
   */
  stream(statement: Statement, options: RunOptions): AsyncIterable<RowBatch>
  /** Begins a transaction whose statements are not known yet. Left out where the data source has none. */
  readonly begin?: ((options: TransactionOptions) => Promise<Transaction>) | undefined
  /** Ends idle connections at once and busy ones when their statement ends. Idempotent. */
  close(): Promise<void>
}

/** One clean read of several that travel together. */
export interface GroupedRead {
  readonly statement: Statement
  readonly rowsMax: number | undefined
  readonly bytesMax: number | undefined
}

export type GroupedOutcome =
  | { readonly kind: 'answered'; readonly result: StatementResult }
  | { readonly kind: 'failed'; readonly error: Error }
  /** Not answered, through no fault of its own or because it took too long for a group: it is to be asked alone. */
  | { readonly kind: 'again' }

/** A driver that can send several reads in one trip, each answered as if it had been alone. */
export interface GroupReader extends Driver {
  /** True when the statement is a clean read that was measured to be short: the others of its group wait for it. */
  mayGroup(statement: Statement): boolean
  /**
   * Outcomes in order of the reads; rejects as `query` does when none could be asked. Each statement may take `timeoutMs`; aborting the
   * signal stops what runs.
   */
  readTogether(
    reads: readonly GroupedRead[],
    options: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<readonly GroupedOutcome[]>
}

/** What a server says of a text that it prepared, without running it. */
export interface Prepared {
  /** The server's type name of each placeholder, in order: `int4`, `text`, … */
  readonly paramTypes: readonly string[]
  /** Columns of the result; null when the statement returns none. */
  readonly fields: readonly Field[] | null
}

/** The server refused a text. `position` counts characters from 1, where the server says it. */
export interface PrepareFault {
  /** The server's own error code, for PostgreSQL the SQLSTATE. */
  readonly code: string
  readonly message: string
  readonly position: number | undefined
}

export type PrepareOutcome =
  { readonly ok: true; readonly prepared: Prepared } | { readonly ok: false; readonly fault: PrepareFault }

export interface TableColumn {
  readonly name: string
  readonly type: string
  readonly nullable: boolean
}

export interface Table {
  readonly schema: string
  readonly name: string
  readonly kind: 'table' | 'view' | 'materialized view' | 'foreign table'
  readonly columns: readonly TableColumn[]
}

export interface Probe {
  readonly serverVersion: string
  readonly latencyMs: number
}

/** What the control plane asks of a data source: nothing of it runs a caller's statement. */
export interface Inspector {
  /** Connects, asks for the version, and leaves. Fails with DATASOURCE_REFUSED or DATASOURCE_TIMEOUT. */
  probe(signal: AbortSignal): Promise<Probe>
  /** Prepares each text on one session and describes it; nothing is executed. Fails only when the server cannot be reached. */
  prepare(texts: readonly string[], signal: AbortSignal): Promise<readonly PrepareOutcome[]>
  /** Tables, views and their columns that the user may read, at most `tablesMax`, system schemas left out. */
  tables(options: { readonly tablesMax: number; readonly signal: AbortSignal }): Promise<readonly Table[]>
  close(): Promise<void>
}

/** How to reach a data source; the password is in clear, so this is never logged or stored. */
export interface ConnectionSettings {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly username: string
  readonly password: string | undefined
  readonly ssl: { readonly mode: 'disable' | 'require' | 'verify-ca' | 'verify-full'; readonly ca?: string | undefined }
  readonly poolSize: number
  readonly connectTimeoutMs: number
  readonly searchPath: readonly string[]
  readonly transactionPooler: boolean
  readonly closeAfterExecute: boolean
}

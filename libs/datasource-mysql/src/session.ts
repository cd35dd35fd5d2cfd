import type { ConnectionSettings } from '@penstock/datasource'
import type { BindValue } from '@penstock/datasource'
import { z } from 'zod'
import { bindValues } from './bind-values.js'
import type { ColumnSource } from './column-types.js'
import { connectMysql, type Link } from './connect.js'

/** Takes what the server answers to one statement. */
export interface Sink {
  fields(columns: readonly ColumnSource[]): void
  row(values: readonly unknown[]): void
  /** The statement has no rows: it changed this many. */
  count(affected: number): void
}

// A kill that is not answered by then will not be.
const KILL_MS_MAX = 2000

/** What every session says, whatever the server is set to: the meaning of texts and the form of cells depend on it. */
const PINS = [
  `SET NAMES utf8mb4`,
  `SET time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'`,
  `SET SESSION TRANSACTION READ ONLY`,
] as const

const changed = z.object({ affectedRows: z.number() })
const version = z.array(z.tuple([z.string()])).min(1)
const described = z.object({
  columns: z.array(
    z.object({
      name: z.string(),
      columnType: z.number(),
      columnLength: z.number(),
      flags: z.number(),
      characterSet: z.number(),
      extendedFormat: z.string().optional(),
    }),
  ),
})

/** One connection to the server. Runs one statement at a time. */
export class Session {
  /** When it became idle last, in milliseconds of the pool's clock. */
  idleSinceMs = 0
  serverVersion = ''
  #timeoutMs: number | undefined
  #settle: ((failure: Error | undefined) => void) | undefined
  #usable = true

  constructor(
    readonly link: Link,
    readonly settings: ConnectionSettings,
    closed: (session: Session) => void,
  ) {
    const lost = (error: Error): void => {
      this.#usable = false
      this.#settle?.(error)
    }
    link.connection.on('error', lost)
    link.socket.on('close', () => {
      lost(new Error('the server closed the connection'))
      closed(this)
    })
  }

  /** False once the connection is lost or given up: it must not be used again. */
  get usable(): boolean {
    return this.#usable
  }

  /** Brings a session that was just opened or reset to where calls expect it. */
  async pin(): Promise<void> {
    for (const text of PINS) await this.control(text)
    if (this.serverVersion !== '') return
    const rows: unknown[] = []
    await this.execute('SELECT version()', [], { fields() {}, row: (values) => rows.push(values), count() {} })
    this.serverVersion = version.parse(rows)[0]?.[0] ?? 'unknown'
  }

  /** Forgets all that statements left behind: variables, locks, temporary tables, transactions. */
  async reset(): Promise<void> {
    await this.#run((settle) => this.link.connection.reset((error) => settle(error ?? undefined)))
    this.#timeoutMs = undefined
    await this.pin()
  }

  /** The server's own limit for a statement: of all statements on MariaDB, of SELECT alone on MySQL. */
  async limitStatements(timeoutMs: number): Promise<void> {
    const wholeMs = Math.max(1, Math.ceil(timeoutMs)) // 0 would mean no timeout
    if (wholeMs === this.#timeoutMs) return
    const isMariadb = this.serverVersion.includes('MariaDB')
    await this.control(isMariadb ? `SET max_statement_time = ${wholeMs / 1000}` : `SET max_execution_time = ${wholeMs}`)
    this.#timeoutMs = wholeMs
  }

  /** A statement of our own, without values. */
  control(text: string): Promise<void> {
    return this.#run((settle) => this.link.connection.query(text, (error) => settle(error ?? undefined)))
  }

  /** Prepares a statement on the server, or takes the one that is prepared, and runs it. Rejects with what the server says. */
  execute(text: string, values: readonly BindValue[], sink: Sink): Promise<void> {
    return this.#run((settle) => {
      const command = this.link.connection.execute(text, bindValues(values))
      let set = -1
      // A CALL answers with several results: the first is the statement's, the others are read and dropped.
      command.on('fields', (fields: readonly ColumnSource[] | undefined, index = 0) => {
        if (index !== 0 || fields === undefined) return
        set = index
        sink.fields(fields)
      })
      command.on('result', (result: unknown, index = 0) => {
        if (Array.isArray(result)) {
          if (index === set) sink.row(result)
        } else if (set === -1) sink.count(changed.parse(result).affectedRows)
      })
      command.on('error', (error: Error) => settle(error))
      command.on('end', () => settle(undefined))
    })
  }

  /** Prepares a text without running it, and forgets it again. */
  async describe(text: string): Promise<readonly ColumnSource[]> {
    let columns: readonly ColumnSource[] = []
    await this.#run((settle) =>
      this.link.connection.prepare(text, (error, statement) => {
        if (error === null) {
          columns = described.parse(statement).columns
          statement.close()
        }
        settle(error ?? undefined)
      }),
    )
    return columns
  }

  /**
   * Stops what runs, on the server too, and gives the connection up. What runs settles at once with `failure`, or as it stands without one.
   * The server is told to end the whole session: KILL QUERY that comes a moment before its statement would be lost.
   */
  abandon(failure: Error | undefined): void {
    if (!this.#usable) return
    this.#usable = false
    const settle = this.#settle
    const { threadId } = this.link.connection
    this.link.socket.destroy()
    if (settle === undefined) return
    settle(failure)
    void kill(this.settings, threadId)
  }

  /** Says goodbye to the server; for idle sessions. */
  close(): void {
    this.#usable = false
    this.link.connection.end(() => this.link.socket.destroy())
  }

  /** Drops the connection without a word. */
  destroy(): void {
    this.#usable = false
    this.link.socket.destroy()
  }

  pause(): void {
    this.link.connection.pause()
  }

  resume(): void {
    this.link.connection.resume()
  }

  #run(start: (settle: (failure: Error | undefined) => void) => unknown): Promise<void> {
    if (!this.#usable) return Promise.reject(new Error('the connection is closed'))
    return new Promise((resolve, reject) => {
      const settle = (failure: Error | undefined): void => {
        if (this.#settle !== settle) return
        this.#settle = undefined
        if (failure === undefined) resolve()
        else reject(failure)
      }
      this.#settle = settle
      start(settle)
    })
  }
}

async function kill(settings: ConnectionSettings, threadId: number): Promise<void> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort('no answer to a kill'), KILL_MS_MAX)
  try {
    const { connection, socket } = await connectMysql(settings, late.signal)
    late.signal.addEventListener('abort', () => socket.destroy(), { once: true })
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve())
      connection.query(`KILL ${threadId}`, () => connection.end(() => resolve()))
    })
    socket.destroy()
  } catch {
    // The server notices the closed socket when it next writes; there is nobody left to tell.
  } finally {
    clearTimeout(timer)
  }
}

import { createHash } from 'node:crypto'
import type { Columns, TypeCatalog } from './type-catalog.js'

/** Named statements on one connection; each holds a parsed tree and perhaps a plan in the server's memory. */
const STATEMENTS_MAX = 256

/** A statement that the server has parsed on one connection. */
export interface PreparedStatement {
  readonly name: string
  /** Null when it returns no rows. */
  columns: Columns | null
}

/** What is prepared on one connection: bounded, the coldest leave first. */
export class PreparedStatements {
  readonly #byText = new Map<string, PreparedStatement>()
  #toClose: string[] = []

  /** The statement, when it is prepared; it counts as used now. */
  find(text: string): PreparedStatement | undefined {
    const found = this.#byText.get(text)
    if (found === undefined) return undefined
    this.#byText.delete(text)
    this.#byText.set(text, found)
    return found
  }

  /** Notes that the server has it, and lets the coldest go. */
  add(text: string, statement: PreparedStatement): void {
    this.#byText.set(text, statement)
    if (this.#byText.size <= STATEMENTS_MAX) return
    for (const [coldest, { name }] of this.#byText) {
      this.#byText.delete(coldest)
      this.#toClose.push(name)
      return
    }
  }

  /** A name whose state on the server is not known: closing what does not exist is no error. */
  closeLater(name: string): void {
    this.#toClose.push(name)
  }

  /** Names to close on the server with the next group. */
  takeToClose(): readonly string[] {
    if (this.#toClose.length === 0) return this.#toClose
    const names = this.#toClose
    this.#toClose = []
    return names
  }

  /** Completes columns whose types were not known when they were described. */
  learnt(types: TypeCatalog): void {
    for (const statement of this.#byText.values()) {
      if (statement.columns !== null && statement.columns.unknown.length > 0)
        statement.columns = types.columns(statement.columns.source)
    }
  }

  /** Forgets all of them, as after somebody's DEALLOCATE ALL; they are prepared again when they are needed. */
  forgetAll(): void {
    for (const { name } of this.#byText.values()) this.#toClose.push(name)
    this.#byText.clear()
  }
}

/** The name of a text on the server: the same on all connections, so that it is the same in the server's views and logs. */
export function statementName(text: string): string {
  return `penstock_${createHash('sha256').update(text).digest('base64url').slice(0, 16)}`
}

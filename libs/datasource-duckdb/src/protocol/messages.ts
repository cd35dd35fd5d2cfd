import type { CellEncoding } from '@penstock/datasource'

/** What the process opens before it answers anything; it cannot be changed afterwards. */
export interface Setup {
  readonly kind: 'setup'
  readonly place: Place
  readonly memoryBytesMax: number
  /** The whole process, DuckDB's own memory and all else; beyond it the process ends itself. */
  readonly processBytesMax: number
  readonly threads: number
  /** A folder of its own, for what does not fit into memory. */
  readonly temporaryFolder: string
  readonly temporaryBytesMax: number
}

/** What is read: a folder with its files, one file, or a database of DuckDB's own. Absolute, without symbolic links. */
export interface Place {
  readonly kind: 'folder' | 'file' | 'database'
  readonly path: string
}

/** A value on its way: what JSON has no word for is named. */
export type WireValue = null | boolean | number | string | { readonly big: string } | { readonly base64: string }

export interface Run {
  readonly kind: 'run'
  readonly id: number
  readonly text: string
  readonly values: readonly WireValue[]
  readonly timeoutMs: number
}

/** To the process. Batches are sent as far as they were asked for with `more`. */
export type Request =
  | Run
  | { readonly kind: 'more'; readonly id: number }
  | { readonly kind: 'stop'; readonly id: number }
  | { readonly kind: 'prepare'; readonly id: number; readonly text: string }
  | { readonly kind: 'tables'; readonly id: number; readonly tablesMax: number }
  | { readonly kind: 'running'; readonly id: number }

export interface WireField {
  readonly name: string
  readonly type: string
  readonly encoding: CellEncoding
}

export interface WireColumn {
  readonly table: string
  readonly schema: string
  readonly isView: boolean
  readonly name: string
  readonly type: string
  readonly nullable: boolean
}

/** Why a statement failed. `type` is DuckDB's own name of the kind of fault, or one of ours in lower case. */
export interface Fault {
  readonly type: string
  readonly message: string
  /** Counted from 1. */
  readonly position?: number | undefined
}

/** From the process. After `end` or `failed` nothing more comes for that id. */
export type Reply =
  | { readonly kind: 'ready'; readonly version: string }
  | { readonly kind: 'refused'; readonly fault: Fault }
  | { readonly kind: 'fields'; readonly id: number; readonly fields: readonly WireField[] }
  | { readonly kind: 'rows'; readonly id: number; readonly rows: readonly (readonly (string | null)[])[] }
  | { readonly kind: 'columns'; readonly id: number; readonly columns: readonly WireColumn[] }
  | { readonly kind: 'texts'; readonly id: number; readonly texts: readonly string[] }
  | { readonly kind: 'end'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly fault: Fault }

import type { BindValue, CellEncoding, Driver, Row, RunOptions, Statement, StatementResult } from '../driver.js'

/** The parts of a test runner that the suite needs; handed in, so that no shipped code imports one. */
export interface TestApi {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void>): void
  afterAll(body: () => Promise<void>): void
  expect(actual: unknown): Expectation
}

export interface Expectation {
  toEqual(expected: unknown): void
  toMatchObject(expected: object): void
}

/** One value as the server computes it, and the cell that must come of it. */
export interface ValueCase {
  readonly what: string
  readonly text: string
  readonly binds?: readonly BindValue[]
  readonly cell: string | null
  readonly encoding: CellEncoding
  readonly type?: string
}

/** The dialect's words for what the suite does. Each statement is clean unless its comment says otherwise. */
export interface ConformanceSql {
  /**
   * `alone`: nothing can be undone, so a statement that writes stands alone in its call. `never`: whatever the mode, nothing is written, and
   * the suite looks at how that is refused. Left out: writes are transactions.
   */
  readonly writes?: 'transactions' | 'alone' | 'never'
  /** Makes the table `note` with a whole number `id` as its key and a text `body`. Not clean. */
  readonly createNotes: string
  /** Takes id and body; answers with a count. Not clean. */
  readonly insertNote: string
  /** Takes id and body; answers with the row's id and body. Not clean. Left out where no write returns rows. */
  readonly insertNoteReturning?: string
  /** What `insertNote` takes and the table's constraints refuse, once (1, 'a') is there; left out: (1, 'b'). */
  readonly refusedNote?: readonly BindValue[]
  /** All rows of `note`: id and body, by id. */
  readonly readNotes: string
  /** One bind, returned as text. */
  readonly echo: string
  /** What `echo` gives for a bound true; left out: `true`. */
  readonly echoedTrue?: string
  /** One column `n` with the numbers from 1 to `rows`. */
  series(rows: number): string
  /** `rows` rows with one text of `bytes` ASCII characters each. */
  wide(rows: number, bytes: number): string
  /** Runs for at least a minute, and holds the word `conformance_sleep`. */
  readonly sleep: string
  /** Fails because of its one bind, which is 0. */
  readonly divideBy: string
  readonly unknownColumn: string
  /** A SELECT that inserts into `note` (1, 'hidden') by some detour; its set-up statements come first. Not clean. */
  readonly hiddenWrite: { readonly setUp: readonly string[]; readonly text: string }
  /** Single statements that leave something behind in the session, and a clean query whose rows tell whether they did. */
  readonly traces: readonly { readonly what: string; readonly leave: readonly string[]; readonly tell: string }[]
  readonly values: readonly ValueCase[]
}

/** An empty database, and how to reach it. */
export interface Subject {
  open(settings: { readonly poolSize: number }): Driver
  /** A driver for an address where nobody answers. */
  openUnreachable(): Driver
  /** How many statements with this word run on the server now; asked on another connection. */
  running(word: string): Promise<number>
  dispose(): Promise<void>
}

export const clean = (text: string, values: readonly BindValue[] = []): Statement => ({ text, values, clean: true })
export const unclean = (text: string, values: readonly BindValue[] = []): Statement => ({ text, values, clean: false })

export const run = (options: Partial<RunOptions> = {}): RunOptions => ({
  mode: 'read',
  signal: new AbortController().signal,
  timeoutMs: 10_000,
  rowsMax: undefined,
  bytesMax: undefined,
  ...options,
})

/** The rows of the only statement's result. */
export function rowsOf(results: readonly StatementResult[]): readonly Row[] {
  const [only] = results
  if (results.length !== 1 || only?.kind !== 'rows') throw new Error(`no rows: ${JSON.stringify(results)}`)
  return only.rows
}

/** What a call failed with; fails itself when the call succeeds. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if ('error' in outcome) return outcome.error
  throw new Error(`expected a failure, got ${JSON.stringify(outcome.value)}`)
}

/** Looks again until the number is as wanted; fails after five seconds. */
export async function becomes(wanted: (value: number) => boolean, look: () => Promise<number>): Promise<void> {
  const endMs = performance.now() + 5000
  for (;;) {
    const value = await look()
    if (wanted(value)) return
    if (performance.now() > endMs) throw new Error(`still ${value} after five seconds`)
  }
}

export type CaseBody = (driver: Driver, subject: Subject) => Promise<void>

/** Everything the cases work with; `driver` is opened for each case and closed after it. */
export interface Cases {
  readonly api: TestApi
  readonly sql: ConformanceSql
  /** A case that leaves the database as it is. */
  it(name: string, body: CaseBody): void
  /** A case that writes, so it gets a database of its own. */
  itWrites(name: string, body: CaseBody): void
}

import {
  abortFailure,
  type ConnectionSettings,
  type Inspector,
  type PrepareOutcome,
  type Probe,
  type Table,
  type TableColumn,
} from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import type { AskedRequest } from './duckdb-process.js'
import type { DuckdbOptions } from './duckdb-options.js'
import { Engine, type Turn } from './engine.js'
import type { Answer } from './exchange.js'
import { StatementFault } from './map-error.js'
import type { WireColumn } from './protocol/messages.js'

/** An Inspector for files below the operator's folder. It prepares texts and reads what there is; it never runs what it is given. */
export function openDuckdbInspector(settings: ConnectionSettings, options: DuckdbOptions): Inspector {
  const engine = new Engine(settings, options)
  return {
    probe: (signal) => probe({ ...settings, closeAfterExecute: true }, options, signal),
    prepare: (texts, signal) => withTurn(engine, signal, (turn) => prepareTexts(turn, texts, signal)),
    tables: ({ tablesMax, signal }) => withTurn(engine, signal, (turn) => listTables(turn, tablesMax, signal)),
    close: () => engine.close(),
  }
}

/** In a process of its own: one that runs already would say nothing about the files as they are now. */
async function probe(settings: ConnectionSettings, options: DuckdbOptions, signal: AbortSignal): Promise<Probe> {
  const startedMs = performance.now()
  const engine = new Engine(settings, options)
  try {
    const version = await engine.version(signal)
    return { serverVersion: `DuckDB ${version}`, latencyMs: performance.now() - startedMs }
  } finally {
    await engine.close()
  }
}

async function prepareTexts(turn: Turn, texts: readonly string[], signal: AbortSignal): Promise<PrepareOutcome[]> {
  const outcomes: PrepareOutcome[] = []
  for (const text of texts) outcomes.push(await prepareText(turn, text, signal))
  return outcomes
}

async function prepareText(turn: Turn, text: string, signal: AbortSignal): Promise<PrepareOutcome> {
  try {
    const answers = await answersOf(turn, { kind: 'prepare', text }, signal)
    const fields = answers.flatMap((answer) => (answer.kind === 'fields' ? [answer.fields] : []))[0] ?? null
    // Binds are typed by their values and by where they stand, as literals are: there are no types to tell.
    return { ok: true, prepared: { paramTypes: [], fields } }
  } catch (error) {
    if (!(error instanceof StatementFault)) throw error
    const { type, message, position } = error.fault
    return { ok: false, fault: { code: type, message, position } }
  }
}

async function listTables(turn: Turn, tablesMax: number, signal: AbortSignal): Promise<readonly Table[]> {
  const answers = await answersOf(turn, { kind: 'tables', tablesMax }, signal)
  const tables = new Map<string, Table & { readonly columns: TableColumn[] }>()
  for (const column of answers.flatMap((answer) => (answer.kind === 'columns' ? answer.columns : []))) {
    tableOf(tables, column).columns.push({ name: column.name, type: column.type, nullable: column.nullable })
  }
  return [...tables.values()]
}

function tableOf(
  tables: Map<string, Table & { readonly columns: TableColumn[] }>,
  { schema, table, isView }: WireColumn,
): { readonly columns: TableColumn[] } {
  const key = JSON.stringify([schema, table])
  const known = tables.get(key) ?? { schema, name: table, kind: isView ? 'view' : 'table', columns: [] }
  tables.set(key, known)
  return known
}

async function answersOf(turn: Turn, request: AskedRequest, signal: AbortSignal): Promise<readonly Answer[]> {
  const exchange = turn.ask(request)
  const abort = (): void => exchange.stop(abortFailure(signal))
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  const answers: Answer[] = []
  try {
    for (let answer = await exchange.next(); answer !== undefined; answer = await exchange.next()) answers.push(answer)
    return answers
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

async function withTurn<T>(engine: Engine, signal: AbortSignal, work: (turn: Turn) => Promise<T>): Promise<T> {
  const turn = await engine.turn(signal)
  try {
    return await work(turn)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError(
      'DATASOURCE_REFUSED',
      error instanceof Error ? error.message : String(error),
      {},
      { cause: error },
    )
  } finally {
    turn.release()
  }
}

import { abortFailure, type RunOptions, type Statement, type StatementResult } from '@penstock/datasource'
import { acquireSession } from './acquire-session.js'
import { bindTexts } from './bind-text.js'
import { checkTexts } from './check-texts.js'
import { finish, open, wrappingOf, type Context, type Wrapping } from './context.js'
import type { Settled } from './exchange.js'
import { Group } from './group.js'
import { learnColumns } from './learn-types.js'
import { connectionWasLost, statementIsStale, toAppError } from './map-error.js'
import { giveBack } from './reset-session.js'
import { BufferedRows, type Budget } from './rows-sink.js'
import type { Session } from './session.js'

// A set of texts that grows with the templates' shapes; when it is full it starts anew, which costs each of them one more connection.
const CAPPED_MAX = 1000

interface Run {
  readonly context: Context
  readonly statements: readonly Statement[]
  readonly binds: readonly (readonly (string | null)[])[]
  readonly options: RunOptions
  readonly wrapping: Wrapping
}

/** Runs the statements as `Driver.query` promises. */
export async function runStatements(
  context: Context,
  statements: readonly Statement[],
  options: RunOptions,
): Promise<readonly StatementResult[]> {
  checkTexts(statements)
  const binds = statements.map(({ values }) => bindTexts(values))
  const run: Run = { context, statements, binds, options, wrapping: wrappingOf(context, statements, options) }
  let mayRetry = true
  for (;;) {
    if (options.signal.aborted) throw abortFailure(options.signal)
    const idle = context.pool.takeIdle()
    const session = idle ?? (await acquireSession(context, options.signal))
    const sinks = sinksOf(run, session)
    const startedMs = performance.now()
    const outcome = await send(run, session, sinks)
    if (outcome.failure === undefined) {
      measure(run, sinks, performance.now() - startedMs)
      return await results(run, session, sinks)
    }
    void giveBack(context, session, !areClean(statements))
    const isStale = statementIsStale(outcome.failure)
    const retry = mayRetry && (isStale || (mayRunTwice(run, idle !== undefined) && connectionWasLost(outcome.failure)))
    if (!retry || options.signal.aborted) throw toAppError(outcome.failure)
    if (isStale) session.prepared.forgetAll()
    else context.pool.discardIdle()
    mayRetry = false
  }
}

function sinksOf({ context, statements, options, wrapping }: Run, session: Session): BufferedRows[] {
  const budget: Budget = { rowsLeft: options.rowsMax ?? Infinity, bytesLeft: options.bytesMax ?? Infinity }
  const [first] = statements
  // What a lone read has left to say may be cut off; in a transaction the rest of it is still to be done, so rows are dropped instead.
  const cut = (): void => {
    if (first !== undefined) remember(context.capped, first.text)
    session.abandon(undefined)
  }
  const full = statements.length === 1 && wrapping !== 'write' ? cut : undefined
  return statements.map(() => new BufferedRows(budget, context.types, full))
}

async function send(run: Run, session: Session, sinks: readonly BufferedRows[]): Promise<Settled> {
  const { context, statements, options, wrapping } = run
  const abort = (): void => session.abandon(abortFailure(options.signal))
  options.signal.addEventListener('abort', abort, { once: true })
  try {
    const group = new Group(session, !context.settings.transactionPooler)
    open(group, context, wrapping, options.timeoutMs)
    statements.forEach(({ text }, index) => {
      const sink = sinks[index]
      if (sink !== undefined) group.statement(text, run.binds[index] ?? [], sink, rowLimit(run, text))
    })
    finish(group, wrapping, options.discard === true)
    return await group.send()
  } catch (error) {
    // Nothing was sent, as with values too large for any buffer; what the session holds is not known for sure.
    session.destroy()
    throw error
  } finally {
    options.signal.removeEventListener('abort', abort)
  }
}

/**
 * The limit that the server is told; one more than the cap, so that a full result is known from a cut one. A limit forbids parallel plans,
 * so a lone read has none until it once met its cap; until then it is cancelled there.
 */
function rowLimit({ context, statements, options, wrapping }: Run, text: string): number {
  if (options.rowsMax === undefined) return 0
  const cancels = statements.length === 1 && wrapping !== 'write'
  return cancels && !context.capped.has(text) ? 0 : options.rowsMax + 1
}

async function results(
  run: Run,
  session: Session,
  sinks: readonly BufferedRows[],
): Promise<readonly StatementResult[]> {
  const { context, statements, options } = run
  await learnColumns(context, session, sinks, options.signal)
  const clean = areClean(statements)
  if (clean) context.pool.release(session)
  else void giveBack(context, session, true)
  return sinks.map((sink) => sink.result())
}

/** Which reads may share a trip with others is known from how they run alone. */
function measure({ context, statements, wrapping }: Run, sinks: readonly BufferedRows[], ms: number): void {
  const [statement] = statements
  const [sink] = sinks
  if (wrapping !== 'none' || statement === undefined || sink === undefined) return
  context.shortReads.ranAlone(statement.text, ms, sink.rowCount, sink.bytes)
}

/** A read may, in any case: nobody has heard of its rows yet. A connection that was idle and is found dead has not run anything. */
function mayRunTwice({ options, wrapping }: Run, wasIdle: boolean): boolean {
  return options.mode === 'read' || (wasIdle && wrapping === 'none')
}

function areClean(statements: readonly Statement[]): boolean {
  return statements.every(({ clean }) => clean)
}

function remember(texts: Set<string>, text: string): void {
  if (texts.size >= CAPPED_MAX) texts.clear()
  texts.add(text)
}

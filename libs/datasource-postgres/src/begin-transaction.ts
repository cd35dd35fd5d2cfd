import {
  abortFailure,
  inTurns,
  type Statement,
  type StatementResult,
  type Transaction,
  type TransactionOptions,
  type TransactionSession,
} from '@penstock/datasource'
import { acquireSession } from './acquire-session.js'
import { bindTexts } from './bind-text.js'
import { checkTexts } from './check-texts.js'
import { open, type Context } from './context.js'
import { Group } from './group.js'
import { learnColumns } from './learn-types.js'
import { connectionWasLost, statementIsStale, toAppError } from './map-error.js'
import { giveBack } from './reset-session.js'
import { BufferedRows } from './rows-sink.js'
import type { Session } from './session.js'

type Caps = Parameters<TransactionSession['run']>[1]

/** Begins a transaction as `Driver.begin` promises. */
export async function beginTransaction(context: Context, options: TransactionOptions): Promise<Transaction> {
  for (let mayRetry = true; ; mayRetry = false) {
    const idle = context.pool.takeIdle()
    const session = idle ?? (await acquireSession(context, options.signal))
    const transaction = new OpenTransaction(context, session, options)
    const failure = await transaction.begin()
    if (failure === undefined) return inTurns(transaction)
    await transaction.undo()
    // A connection that was idle and is found dead has not begun anything.
    const retry = mayRetry && idle !== undefined && connectionWasLost(failure) && !options.signal.aborted
    if (!retry) throw toAppError(failure)
  }
}

class OpenTransaction implements TransactionSession {
  readonly #abort = (): void => this.session.abandon(abortFailure(this.options.signal))

  constructor(
    readonly context: Context,
    readonly session: Session,
    readonly options: TransactionOptions,
  ) {
    options.signal.addEventListener('abort', this.#abort, { once: true })
  }

  async begin(): Promise<Error | undefined> {
    const { context, session, options } = this
    if (options.signal.aborted) return abortFailure(options.signal)
    const group = new Group(session, false)
    // Several reads see one state of the data.
    open(group, context, options.mode === 'write' ? 'write' : 'snapshot', options.timeoutMs)
    return (await group.send()).failure
  }

  async run(statement: Statement, { rowsMax, bytesMax }: Caps): Promise<StatementResult> {
    const { context, session, options } = this
    checkTexts([statement])
    const binds = bindTexts(statement.values)
    if (!session.usable) throw this.#gone()
    const sink = new BufferedRows(
      { rowsLeft: rowsMax ?? Infinity, bytesLeft: bytesMax ?? Infinity },
      context.types,
      undefined,
    )
    const group = new Group(session, !context.settings.transactionPooler)
    group.statement(statement.text, binds, sink, rowsMax === undefined ? 0 : rowsMax + 1)
    const { failure } = await group.send()
    if (failure !== undefined) {
      if (statementIsStale(failure)) session.prepared.forgetAll()
      throw toAppError(failure)
    }
    await learnColumns(context, session, [sink], options.signal)
    return sink.result()
  }

  async commit(): Promise<void> {
    const { session } = this
    try {
      if (!session.usable) throw this.#gone()
      const { failure } = await new Group(session, false).control('commit').send()
      if (failure !== undefined) throw toAppError(failure)
    } finally {
      void this.undo()
    }
  }

  async undo(): Promise<void> {
    await giveBack(this.context, this.session, true)
    this.options.signal.removeEventListener('abort', this.#abort)
  }

  #gone(): Error {
    return this.options.signal.aborted
      ? abortFailure(this.options.signal)
      : toAppError(new Error('the server closed the connection'))
  }
}

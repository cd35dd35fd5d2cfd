import {
  abortFailure,
  inTurns,
  type Statement,
  type StatementResult,
  type Transaction,
  type TransactionOptions,
  type TransactionSession,
} from '@penstock/datasource'
import { checkTexts } from './check-texts.js'
import type { Context } from './context.js'
import { connectionWasLost, toAppError } from './map-error.js'
import { BufferedRows } from './rows.js'
import { acquireSession, begin, giveBack, watch } from './run-statements.js'
import type { Session } from './session.js'

type Caps = Parameters<TransactionSession['run']>[1]

/** Begins a transaction as `Driver.begin` promises. */
export async function beginTransaction(context: Context, options: TransactionOptions): Promise<Transaction> {
  for (let mayRetry = true; ; mayRetry = false) {
    if (options.signal.aborted) throw abortFailure(options.signal)
    const idle = context.pool.takeIdle()
    const transaction = new OpenTransaction(context, idle ?? (await acquireSession(context, options.signal)), options)
    try {
      await transaction.begin()
      return inTurns(transaction)
    } catch (error) {
      await transaction.undo()
      // A connection that was idle and is found dead has not begun anything.
      if (!(mayRetry && idle !== undefined && connectionWasLost(error))) throw toAppError(error)
    }
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

  async begin(): Promise<void> {
    await this.session.limitStatements(this.options.timeoutMs)
    await begin(this.session, this.options.mode)
  }

  async run(statement: Statement, { rowsMax, bytesMax }: Caps): Promise<StatementResult> {
    const { context, options, session } = this
    checkTexts([statement], options)
    const budget = { rowsLeft: rowsMax ?? Infinity, bytesLeft: bytesMax ?? Infinity }
    const sink = new BufferedRows(budget, context.options, undefined)
    const unwatch = watch(session, options)
    try {
      await session.execute(statement.text, statement.values, sink)
      // What was abandoned settles, too, but without its rows.
      if (options.signal.aborted) throw abortFailure(options.signal)
      return sink.result()
    } catch (error) {
      throw toAppError(error)
    } finally {
      unwatch()
    }
  }

  async commit(): Promise<void> {
    try {
      await this.session.control('COMMIT')
    } catch (error) {
      throw toAppError(error)
    } finally {
      void this.undo()
    }
  }

  async undo(): Promise<void> {
    // A session that is reset has rolled back what was open in it.
    await giveBack(this.context, this.session, false)
    this.options.signal.removeEventListener('abort', this.#abort)
  }
}

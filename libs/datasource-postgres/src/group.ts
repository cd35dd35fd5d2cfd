import type { Settled } from './exchange.js'
import { MessageWriter } from './message-writer.js'
import { statementName } from './prepared-statements.js'
import { IGNORED, type Sink } from './rows-sink.js'
import type { Session } from './session.js'
import type { Columns } from './type-catalog.js'

/** A sink that can be told the columns, when they are known from an earlier run. */
export interface StatementSink extends Sink {
  columns: Columns | undefined
}

interface Fresh {
  readonly at: number
  readonly text: string
  readonly name: string
  readonly sink: StatementSink
}

// Groups are built without a pause in between, so all of them can share one buffer.
const writer = new MessageWriter()

/**
 * A group of statements that travels as one write and is answered in one trip. What is prepared on the session is bound right away; what
 * is not, is parsed and described in the same trip. Must be sent in the same turn in which it was begun.
 */
export class Group {
  readonly #steps: Sink[] = []
  readonly #fresh: Fresh[] = []
  #timeoutMs: number | undefined

  constructor(
    readonly session: Session,
    /** Behind a transaction pooler a name may mean another statement, or nothing. */
    readonly named: boolean,
  ) {
    writer.begin()
    for (const name of session.prepared.takeToClose()) writer.closeStatement(name)
  }

  /** Steps so far; what an exchange says of `at` counts them. */
  get size(): number {
    return this.#steps.length
  }

  /** A statement of our own, whose answer does not matter. */
  control(text: string): this {
    writer.parse('', text)
    writer.bind('', [])
    writer.execute(0)
    this.#steps.push(IGNORED)
    return this
  }

  /** A statement with values; `rowsMax` 0 reads all rows. */
  statement(text: string, values: readonly (string | null)[], sink: StatementSink, rowsMax: number): this {
    const known = this.named ? this.session.prepared.find(text) : undefined
    if (known === undefined) this.#bindNew(text, values, sink)
    else {
      sink.columns = known.columns ?? undefined
      writer.bind(known.name, values)
    }
    writer.execute(rowsMax)
    this.#steps.push(sink)
    return this
  }

  /** Prepares a statement and asks for its columns, without running it. */
  describe(text: string, sink: StatementSink): this {
    const name = this.named ? statementName(text) : ''
    writer.parse(name, text)
    writer.describeStatement(name)
    if (this.named) this.#fresh.push({ at: this.#steps.length, text, name, sink })
    this.#steps.push(sink)
    return this
  }

  /** Sets the session's statement timeout, when it is another. An error of the group takes it back, as it is one transaction. */
  statementTimeout(timeoutMs: number): this {
    if (this.session.timeoutMs === timeoutMs) return this
    this.#timeoutMs = timeoutMs
    return this.control(`set statement_timeout = ${timeoutMs}`)
  }

  /** Sends the group and waits for all its answers. */
  async send(): Promise<Settled> {
    writer.sync()
    const outcome = await this.session.exchange(writer.take(), this.#steps)
    if (this.#fresh.length > 0) this.#remember(outcome)
    if (this.#timeoutMs !== undefined && outcome.failure === undefined) this.session.timeoutMs = this.#timeoutMs
    return outcome
  }

  #bindNew(text: string, values: readonly (string | null)[], sink: StatementSink): void {
    const name = this.named ? statementName(text) : ''
    // The same text twice in one group: the second finds the statement that the first has prepared by then.
    if (!this.#fresh.some((fresh) => fresh.text === text)) {
      writer.parse(name, text)
      if (this.named) this.#fresh.push({ at: this.#steps.length, text, name, sink })
    }
    writer.bind(name, values)
    writer.describePortal()
  }

  #remember({ at, failure }: Settled): void {
    const { prepared } = this.session
    for (const { at: step, text, name, sink } of this.#fresh) {
      if (failure === undefined || step < at) prepared.add(text, { name, columns: sink.columns ?? null })
      else if (step === at) prepared.closeLater(name)
    }
  }
}

import { AppError } from '@penstock/errors'
import { abortFailure } from './abort-failure.js'
import type { Driver, GroupedOutcome, GroupReader, RunOptions, Statement, StatementResult } from './driver.js'

/** How reads are put together. */
export interface CoalesceRules {
  /** Reads of one group; one more goes its own way. */
  readonly readsMax: number
  /** Groups under way at once. While there are so many, reads gather for the next. */
  readonly groupsMax: number
  /** What the server allows a statement of a group. */
  readonly timeoutMs: number
  /** A group under way for longer is not waited for: further reads go their own way. */
  readonly waitMsMax: number
  /** A clock that never steps back, in milliseconds. */
  readonly nowMs: () => number
}

/**
 * A driver that sends short clean reads of several calls in one trip to the server, as many as come in one turn of the event loop: one
 * write, one wake-up and one answer for all of them, where each would have cost its own. Every call is answered as if it were alone: a fault
 * of one is its own, and what a group could not answer is asked again alone. A call that is aborted leaves at once; the group is stopped on
 * the server when nobody is left in it.
 */
export function coalesced(inner: GroupReader, rules: CoalesceRules): Driver {
  const groups = new Groups(inner, rules)
  return {
    query(statements, options) {
      const [statement] = statements
      const alone = statement === undefined || statements.length > 1 || !groups.takes(statement, options)
      return alone ? inner.query(statements, options) : groups.read(statement, options)
    },
    stream: (statement, options) => inner.stream(statement, options),
    begin: inner.begin,
    close() {
      groups.sendNow()
      return inner.close()
    },
  }
}

/** A call that waits for its group. */
interface Member {
  readonly statement: Statement
  readonly options: RunOptions
  settle(outcome: GroupedOutcome): void
  /** True once the call was aborted: nobody waits for its answer. */
  gone: boolean
  /** Tells the group on its way that this call has gone. */
  left: () => void
}

class Groups {
  #gathering: Member[] = []
  #scheduled = false
  #underWay = 0
  /** When the group that was sent last began. */
  #sentAtMs = 0

  constructor(
    readonly inner: GroupReader,
    readonly rules: CoalesceRules,
  ) {}

  takes(statement: Statement, { mode, timeoutMs, signal }: RunOptions): boolean {
    const { rules } = this
    if (mode !== 'read' || timeoutMs < rules.timeoutMs || signal.aborted) return false
    if (this.#gathering.length >= rules.readsMax || !this.inner.mayGroup(statement)) return false
    return this.#underWay < rules.groupsMax || rules.nowMs() - this.#sentAtMs <= rules.waitMsMax
  }

  async read(statement: Statement, options: RunOptions): Promise<readonly StatementResult[]> {
    const outcome = await this.#join(statement, options)
    if (outcome.kind === 'answered') return [outcome.result]
    if (outcome.kind === 'failed') throw outcome.error
    return this.inner.query([statement], options)
  }

  #join(statement: Statement, options: RunOptions): Promise<GroupedOutcome> {
    return new Promise((resolve, reject) => {
      const { signal } = options
      const abort = (): void => {
        member.gone = true
        member.left()
        reject(abortFailure(signal))
      }
      const member: Member = {
        statement,
        options,
        gone: false,
        left: () => undefined,
        settle(outcome) {
          signal.removeEventListener('abort', abort)
          resolve(outcome)
        },
      }
      signal.addEventListener('abort', abort, { once: true })
      this.#gathering.push(member)
      this.#schedule()
    })
  }

  /** Sends at the end of this turn of the event loop, when all calls that came with it have arrived here. */
  #schedule(): void {
    if (this.#scheduled || this.#underWay >= this.rules.groupsMax) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      void this.#send()
    })
  }

  /** Sends what has gathered, however much is under way: the driver is about to close. */
  sendNow(): void {
    void this.#send()
  }

  async #send(): Promise<void> {
    const members = this.#gathering.filter(({ gone }) => !gone)
    this.#gathering = []
    if (members.length === 0) return
    this.#underWay += 1
    this.#sentAtMs = this.rules.nowMs()
    const outcomeOf = await this.#together(members)
    this.#underWay -= 1
    members.forEach((member, at) => member.settle(outcomeOf(at)))
    if (this.#gathering.length > 0) this.#schedule()
  }

  /** Gives the outcome of each member; never rejects. Stops what runs on the server when the last member has gone. */
  async #together(members: readonly Member[]): Promise<(at: number) => GroupedOutcome> {
    const call = new AbortController()
    let waiting = members.length
    const left = (): void => {
      waiting -= 1
      if (waiting === 0) call.abort(new AppError('CALLER_GONE', 'nobody waits for this group any more'))
    }
    for (const member of members) member.left = left
    try {
      const reads = members.map(({ statement, options: { rowsMax, bytesMax } }) => ({ statement, rowsMax, bytesMax }))
      const outcomes = await this.inner.readTogether(reads, { signal: call.signal, timeoutMs: this.rules.timeoutMs })
      return (at) => outcomes[at] ?? { kind: 'again' }
    } catch (error) {
      // None was asked: there was no place or no connection for the group, and there is none for its members.
      const failed = { kind: 'failed', error: error instanceof Error ? error : new Error(String(error)) } as const
      return () => failed
    }
  }
}

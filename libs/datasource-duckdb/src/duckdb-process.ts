import { AppError } from '@penstock/errors'
import { spawn, type ChildProcess } from 'node:child_process'
import { createRequire } from 'node:module'
import { setPriority } from 'node:os'
import { Duplex } from 'node:stream'
import { Exchange } from './exchange.js'
import { endedError, faultError, lostError } from './map-error.js'
import { encodeFrame, frameReader, OVERRUN_CODE, WIRE_FD } from './protocol/frame.js'
import type { Reply, Request, Setup } from './protocol/messages.js'
import { readReply } from './protocol/read-reply.js'

// By its name: where this module lies says nothing once it is part of a bundle.
const PROGRAM = createRequire(import.meta.url).resolve('@penstock/datasource-duckdb/host')
// Below everything that answers callers: a scan of a large file burns what is left over.
const LOWER_PRIORITY = 5
const WORDS_KEPT = 2_000

/** A request without its number. */
type Asked<R extends Request> = R extends Request ? Omit<R, 'id'> : never
export type AskedRequest = Asked<Exclude<Request, { readonly kind: 'more' | 'stop' }>>

/** One process that holds DuckDB for one data source: nothing in its environment, no handle but the wire. */
export class DuckdbProcess {
  /** Resolves with DuckDB's version; rejects when it cannot open what it was given. */
  readonly ready: Promise<string>
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>
  readonly #child: ChildProcess
  readonly #wire: Duplex
  readonly #exchanges = new Map<number, Exchange>()
  #lastId = 0
  #words = ''
  #endedBecause: string | undefined
  #isGone = false
  #opened: (outcome: string | AppError) => void = () => undefined
  #settleGone: () => void = () => undefined

  constructor(setup: Setup, workingFolder: string) {
    this.ready = new Promise((resolve, reject) => {
      this.#opened = (outcome) => (typeof outcome === 'string' ? resolve(outcome) : reject(outcome))
    })
    this.ready.catch(() => undefined) // whoever waits for it hears of it
    this.gone = new Promise((resolve) => (this.#settleGone = resolve))
    this.#child = spawn(process.execPath, ['--disallow-code-generation-from-strings', PROGRAM], {
      env: { TZ: 'UTC' },
      cwd: workingFolder,
      // DuckDB writes profiles of statements to its output.
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    })
    lower(this.#child.pid)
    this.#wire = wireOf(this.#child)
    const read = frameReader()
    this.#wire.on('data', (chunk: Buffer) => this.#hear(read, chunk))
    this.#wire.on('error', () => undefined)
    this.#child.stderr?.setEncoding('utf8').on('data', (words: string) => {
      this.#words = (this.#words + words).slice(-WORDS_KEPT)
    })
    this.#child.on('error', (error) => this.#leave(error.message))
    this.#child.on('exit', (code, signal) => {
      if (code === OVERRUN_CODE) this.#endedBecause ??= 'it took more memory than it is allowed'
      this.#leave(`${signal ?? `exit ${code ?? ''}`} ${this.#words}`.trim())
    })
    this.send(setup)
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** False once it is gone or was told to go: it must not be asked any more. */
  get usable(): boolean {
    return !this.#isGone && this.#endedBecause === undefined
  }

  /** Sends a request; its answers come on the exchange. */
  ask(request: AskedRequest): Exchange {
    this.#lastId += 1
    const id = this.#lastId
    const exchange = new Exchange(id, this)
    this.#exchanges.set(id, exchange)
    try {
      if (this.usable) this.send({ ...request, id })
      else exchange.fail(this.#failure('gone before it was asked'))
    } catch (error) {
      exchange.fail(new AppError('STATEMENT_REJECTED', 'the values are too large', {}, { cause: error }))
    }
    void exchange.ended.then(() => this.#exchanges.delete(id))
    return exchange
  }

  send(message: Setup | Request): void {
    if (this.#wire.writable) this.#wire.write(encodeFrame(message))
  }

  /** Ends it at once, whatever runs. */
  kill(why: string): void {
    this.#endedBecause ??= why
    this.#child.kill('SIGKILL')
  }

  #hear(read: (chunk: Buffer) => unknown[], chunk: Buffer): void {
    try {
      for (const message of read(chunk)) this.#take(readReply(message))
    } catch (error) {
      // A process that breaks the rules of the wire may hold anything: it is not asked again.
      this.kill(`unreadable message: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  #take(reply: Reply): void {
    if (reply.kind === 'ready') this.#opened(reply.version)
    else if (reply.kind === 'refused') this.#opened(new AppError('DATASOURCE_REFUSED', reply.fault.message))
    else if (reply.kind === 'failed') {
      this.#exchanges.get(reply.id)?.fail(faultError(reply.fault))
      // DuckDB itself says that it must not be used after these.
      if (reply.fault.type === 'FATAL' || reply.fault.type === 'INTERNAL') this.kill(reply.fault.message)
    } else this.#exchanges.get(reply.id)?.take(reply)
  }

  #leave(why: string): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#wire.destroy()
    const failure = this.#failure(why)
    this.#opened(failure)
    for (const exchange of [...this.#exchanges.values()]) exchange.fail(failure)
    this.#settleGone()
  }

  #failure(why: string): AppError {
    return this.#endedBecause === undefined ? lostError(why) : endedError(this.#endedBecause)
  }
}

function wireOf(child: ChildProcess): Duplex {
  const wire = child.stdio[WIRE_FD]
  if (wire instanceof Duplex) return wire
  throw new Error('the DuckDB process was started without its wire')
}

function lower(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    setPriority(pid, LOWER_PRIORITY)
  } catch {
    // Gone already, which `exit` reports.
  }
}

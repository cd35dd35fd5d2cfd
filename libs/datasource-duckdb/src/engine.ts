import { abortFailure, permits, type ConnectionSettings, type Permits } from '@penstock/datasource'
import { AppError } from '@penstock/errors'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { DuckdbOptions } from './duckdb-options.js'
import { DuckdbProcess, type AskedRequest } from './duckdb-process.js'
import type { Exchange } from './exchange.js'
import { findPlace } from './find-place.js'

// A process holds 100 MB; a data source that nobody asks for a minute has none.
const IDLE_MS_MAX = 60_000
// What node and the reading of files need beside the memory that DuckDB counts.
const OVERHEAD_BYTES = 512 * 1024 * 1024
// Beyond this nobody waits for a place; the wrappers around a driver end waits much sooner.
const QUEUE = { queueSize: 100_000, queueWaitMsMax: 600_000 }

/** A place in a process. Given back with `release`, it is free for others when all that was asked in it has ended. */
export interface Turn {
  /** Asks the process; the answers come on the exchange. */
  ask(request: AskedRequest): Exchange
  release(): void
}

/** The process of one data source: started with the first call, again when it is gone, ended when nobody calls. */
export class Engine {
  readonly #places: Permits
  #process: Promise<DuckdbProcess> | undefined
  #pid: number | undefined
  #idleTimer: NodeJS.Timeout | undefined
  #turns = 0
  #closing: Promise<void> | undefined
  #idle: () => void = () => undefined

  constructor(
    readonly settings: ConnectionSettings,
    readonly options: DuckdbOptions,
  ) {
    this.#places = permits({ running: settings.poolSize, ...QUEUE })
  }

  /** Waits for a place, and for the process when there is none. Rejects with an AppError. */
  async turn(signal: AbortSignal): Promise<Turn> {
    if (this.#closing !== undefined) throw new AppError('DATASOURCE_REFUSED', 'the driver is closed')
    clearTimeout(this.#idleTimer)
    this.#turns += 1
    try {
      const free = await this.#places.acquire(signal)
      try {
        return this.#turn(await this.#ready(signal), free)
      } catch (error) {
        free()
        throw error
      }
    } catch (error) {
      this.#leave(() => undefined)
      throw error
    }
  }

  /** The process that runs now; undefined when there is none. */
  get pid(): number | undefined {
    return this.#pid
  }

  /** Starts the process and says which DuckDB it holds. */
  async version(signal: AbortSignal): Promise<string> {
    const process = await this.#ready(signal)
    return process.ready
  }

  /** Texts that run now, by the word of the process; none when there is no process. */
  async running(): Promise<readonly string[]> {
    const process = await this.#process?.catch(() => undefined)
    if (process === undefined || !process.usable) return []
    const answer = await process.ask({ kind: 'running' }).next()
    return answer?.kind === 'texts' ? answer.texts : []
  }

  /** Ends the process when nothing runs on it any more. Idempotent. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  #turn(process: DuckdbProcess, free: () => void): Turn {
    const ends: Promise<void>[] = []
    return {
      ask(request) {
        const exchange = process.ask(request)
        ends.push(exchange.ended)
        return exchange
      },
      release: () => void Promise.all(ends).then(() => this.#leave(free)),
    }
  }

  #leave(free: () => void): void {
    free()
    this.#turns -= 1
    if (this.#turns > 0) return
    this.#idle()
    if (this.settings.closeAfterExecute) void this.#end()
    else this.#idleTimer = setTimeout(() => void this.#end(), IDLE_MS_MAX).unref()
  }

  async #close(): Promise<void> {
    if (this.#turns > 0) await new Promise<void>((resolve) => (this.#idle = resolve))
    clearTimeout(this.#idleTimer)
    await this.#end()
  }

  async #end(): Promise<void> {
    const ending = this.#process
    this.#process = undefined
    const process = await ending?.catch(() => undefined)
    process?.kill('nobody asks it any more')
    await process?.gone
  }

  async #ready(signal: AbortSignal): Promise<DuckdbProcess> {
    const starting = (this.#process ??= this.#start())
    try {
      const process = await orAbort(starting, signal)
      if (process.usable) return process
    } catch (error) {
      if (this.#process === starting && !signal.aborted) this.#process = undefined
      throw error
    }
    if (this.#process === starting) this.#process = undefined
    return this.#ready(signal)
  }

  async #start(): Promise<DuckdbProcess> {
    const { options, settings } = this
    const place = await findPlace(options.root, settings.database)
    const temporaryFolder = await mkdtemp(join(tmpdir(), 'penstock-duckdb-'))
    const process = new DuckdbProcess(
      {
        kind: 'setup',
        place,
        memoryBytesMax: options.memoryBytesMax,
        processBytesMax: options.memoryBytesMax + OVERHEAD_BYTES,
        threads: options.threads,
        temporaryFolder,
        temporaryBytesMax: options.temporaryBytesMax,
      },
      place.kind === 'folder' ? place.path : dirname(place.path),
    )
    this.#pid = process.pid
    void process.gone.then(() => rm(temporaryFolder, { recursive: true, force: true })).catch(() => undefined)
    const timer = setTimeout(
      () => process.kill(`it was not ready within ${settings.connectTimeoutMs} ms`),
      settings.connectTimeoutMs,
    )
    try {
      await process.ready
      return process
    } catch (error) {
      process.kill('it could not open its files')
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
}

/** The start goes on when one of those who wait for it leaves. */
function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(abortFailure(signal))
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

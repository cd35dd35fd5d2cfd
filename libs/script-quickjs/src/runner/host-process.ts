import { type ChildProcess, spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import { Duplex } from 'node:stream'
import { decodeFrame, encodeFrame, FRAME, type Frame, frameCutter } from '../protocol/frame.js'
import type { Setup } from '../protocol/messages.js'
import { FRAME_BYTES_MAX, WIRE_FD } from '../protocol/wire.js'
import { HOST_PROGRAM, hostFlags } from './host-flags.js'

// Below everything that answers callers: where both want a core, scripts get a quarter of it. Lower still, a machine busy with other things
// would starve every script.
const LOWER_PRIORITY = 5
const WORDS_KEPT = 2_000

export interface HostEvents {
  frame(frame: Frame): void
  /** Once: the process is gone, or speaks what nobody understands and was killed. */
  gone(why: string): void
}

/** One process that runs scripts: nothing in its environment, no handle but the wire, and a priority below its parent's. */
export class HostProcess {
  readonly #child: ChildProcess
  readonly #wire: Duplex
  readonly #cut = frameCutter(FRAME_BYTES_MAX)
  #words = ''
  #isGone = false

  constructor(
    settings: Setup,
    private readonly events: HostEvents,
  ) {
    this.#child = spawn(process.execPath, [...hostFlags(), HOST_PROGRAM], {
      // Local time of scripts, wherever the host stands.
      env: { TZ: settings.processTimeZone },
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    })
    lower(this.#child.pid)
    this.#wire = wireOf(this.#child)
    this.#wire.on('data', (chunk: Buffer) => {
      this.#hear(chunk)
    })
    this.#wire.on('error', () => undefined)
    this.#child.stderr?.setEncoding('utf8').on('data', (words: string) => {
      this.#words = (this.#words + words).slice(-WORDS_KEPT)
    })
    this.#child.on('error', (error) => {
      this.#leave(error.message)
    })
    this.#child.on('exit', (code, signal) => {
      this.#leave(`${signal ?? `exit ${code ?? ''}`} ${this.#words}`.trim())
    })
    this.send({ kind: FRAME.setup, texts: [JSON.stringify(settings)] })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  send(frame: { kind: number; slot?: number; job?: number; call?: number; texts?: readonly string[] }): void {
    if (!this.#wire.writable) return
    this.#wire.write(encodeFrame({ slot: 0, job: 0, call: 0, texts: [], ...frame }))
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** Ends the process and waits until it is gone. */
  async close(): Promise<void> {
    if (this.#isGone) return
    await new Promise((resolve) => {
      this.#child.once('exit', resolve)
      this.kill()
    })
  }

  #hear(chunk: Buffer): void {
    try {
      for (const bytes of this.#cut(chunk)) if (!this.#isGone) this.events.frame(decodeFrame(bytes))
    } catch (error) {
      // A host that breaks the wire's rules may hold anything: it is not asked again.
      this.kill()
      this.#leave(`unreadable frame: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  #leave(why: string): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#wire.destroy()
    this.events.gone(why)
  }
}

function wireOf(child: ChildProcess): Duplex {
  const wire = child.stdio[WIRE_FD]
  if (wire instanceof Duplex) return wire
  throw new Error('the script host was started without its wire')
}

function lower(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    setPriority(pid, LOWER_PRIORITY)
  } catch {
    // Gone already, which `exit` reports.
  }
}

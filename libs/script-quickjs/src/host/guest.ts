import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from 'quickjs-emscripten'
import type { Defence } from '../protocol/defences.js'
import type { JobClock } from './clock.js'
import type { Engine } from './engine.js'
import { faultOf } from './fault.js'
import { ENGINE_FILE, ENGINE_SOURCE, ENTRY_SOURCE, PRELUDE_FILE, PROGRAM } from './guest-source.js'
import { LOCAL_DATE_SOURCE } from './local-date-source.js'

// Holds with a thread stack of 16 MB (measured: every nesting attack ends as an error of the guest); 64 KB and more overrun the main thread.
const GUEST_STACK_BYTES = 256 * 1024
// A batch is looked over before the next: a job that swallows its own interruption cannot hold the pump.
const JOBS_PER_BATCH = 64
// Inner names of listed modules: no file of an author can be meant by one.
const MODULE = 'penstock:module/'

/** What a guest may ask for while it runs; every callback must return, none may throw. */
export interface GuestPort {
  call(id: number, name: string, args: string): void
  log(level: string, text: string): void
}

export interface GuestSettings {
  readonly prelude: string
  readonly extraModules: ReadonlyMap<string, string>
  readonly without: ReadonlySet<Defence>
  /** The zone of local time; the process must be in it. */
  readonly timeZone: string
  /** Milliseconds that clocks of a zone are ahead of UTC at an instant; NaN where there is no such zone. Must not throw. */
  readonly zoneOffset: (zone: string, ms: number) => number
}

/** What the guest threw, as it described itself: JSON text, never trusted. */
export class GuestThrow extends Error {
  constructor(readonly description: string) {
    super('the guest threw')
  }
}

/** What every script begins with does not evaluate, so that none can run. The message is for operators. */
export class BrokenPrelude extends Error {
  override readonly name = 'BrokenPrelude'
}

/**
 * The runtime of an instance, with the engine's own code and the prelude in it. Its handles point into the memory of the instance and hold as long
 * as that is what it was when they were made: whoever puts an image back must have taken it after the guest was opened.
 */
export class Guest {
  readonly #runtime: QuickJSRuntime
  readonly #context: QuickJSContext
  readonly #controls = new Map<string, QuickJSHandle>()
  readonly #prelude: QuickJSHandle
  readonly #names = new Map<string, string>()
  #port: GuestPort | undefined
  #clock: JobClock | undefined

  constructor(
    engine: Engine,
    private readonly settings: GuestSettings,
  ) {
    const without = settings.without
    this.#runtime = engine.quickjs.newRuntime()
    this.#runtime.setMaxStackSize(without.has('stack') ? 0 : GUEST_STACK_BYTES)
    if (!without.has('interrupt')) this.#runtime.setInterruptHandler(() => this.#clock?.isOver() === true)
    this.#runtime.setModuleLoader(
      (name) => this.#moduleAt(name),
      (base, name) => this.#moduleNamed(base, name),
    )
    this.#context = this.#runtime.newContext()
    if (settings.timeZone !== 'UTC') this.#unwrap(this.#context.evalCode(LOCAL_DATE_SOURCE, ENGINE_FILE)).dispose()
    this.#openControls(!without.has('intrinsics'))
    this.#prelude = this.#openPrelude(settings.prelude)
  }

  /** Forgets the job before. */
  rest(): void {
    this.#clock = undefined
    this.#port = undefined
    this.#names.clear()
  }

  /** Binds the guest to its job, and makes what scripts see of `context`. `seed` is where its chance comes from. */
  begin(clock: JobClock, port: GuestPort, memoryBytes: number, context: string, seed: readonly number[]): void {
    this.#clock = clock
    this.#port = port
    if (!this.settings.without.has('memory')) this.#runtime.setMemoryLimit(memoryBytes)
    this.#control('begin', this.#prelude, this.#text(context), this.#text(JSON.stringify(seed)))
  }

  /** Evaluates a macro: what it declares is global. */
  evaluateMacro(file: string, source: string): void {
    this.#unwrap(this.#context.evalCode(source, file)).dispose()
  }

  /** Evaluates a program and enters it; its end shows in `state` after `pump`. */
  enter(role: string, file: string, source: string, input: string): void {
    this.#control('prepare', this.#text(role), this.#text(input))
    const own = this.#unwrap(this.#context.evalCode(source + ENTRY_SOURCE, file, { type: 'module' }))
    this.#control('run', this.#text(role), own)
  }

  /** The same for a program that `compile` was given, under the name of its place. */
  enterCompiled(role: string, place: string, file: string, input: string): void {
    this.#control('prepare', this.#text(role), this.#text(input))
    this.#names.set(PROGRAM + place, file)
    this.#control('runCompiled', this.#text(role), this.#text(place))
  }

  /** Compiles without running a line. A module compiled so is there until an older image is put back. */
  compile(file: string, source: string, type: 'global' | 'module'): void {
    const text = type === 'module' ? source + ENTRY_SOURCE : source
    this.#unwrap(this.#context.evalCode(text, file, { type, compileOnly: true })).dispose()
  }

  /** Runs promise jobs until none is left or the clock says stop. */
  pump(clock: JobClock): void {
    const batch = this.settings.without.has('pump') ? -1 : JOBS_PER_BATCH
    while (this.#runtime.hasPendingJob()) {
      const ran = this.#runtime.executePendingJobs(batch)
      if (ran.error !== undefined) ran.error.dispose()
      if (batch !== -1 && clock.isOver()) return
    }
  }

  /** Answers a host call. */
  settle(id: number, isWell: boolean, text: string): void {
    const well = isWell ? this.#context.true : this.#context.false
    this.#control('settle', this.#context.newNumber(id), well, this.#text(text))
  }

  /** '' while it runs, then `done`, `undefined` or `threw`. */
  get state(): string {
    return this.#readText('state')
  }

  get outcomeChars(): number {
    return this.#call('outcomeChars', []).consume((handle) => this.#context.getNumber(handle))
  }

  get outcome(): string {
    return this.#readText('outcome')
  }

  #openControls(isHardened: boolean): void {
    const context = this.#context
    const open = this.#unwrap(context.evalCode(ENGINE_SOURCE, ENGINE_FILE))
    const send = context.newFunction('send', (id, name, args) => {
      this.#port?.call(context.getNumber(id), context.getString(name), context.getString(args))
    })
    const print = context.newFunction('print', (level, text) => {
      this.#port?.log(context.getString(level), context.getString(text))
    })
    const offset = context.newFunction('zoneOffset', (zone, ms) =>
      context.newNumber(this.settings.zoneOffset(context.getString(zone), context.getNumber(ms))),
    )
    const hardened = isHardened ? context.true : context.false
    const given = [send, print, offset, this.#text(this.settings.timeZone), hardened, this.#text(PROGRAM)]
    const controls = this.#unwrap(context.callFunction(open, context.undefined, ...given))
    for (const name of CONTROLS) this.#controls.set(name, context.getProp(controls, name))
    for (const handle of [open, ...given, controls]) if (handle !== hardened) handle.dispose()
  }

  #openPrelude(source: string): QuickJSHandle {
    try {
      const prelude = this.#unwrap(this.#context.evalCode(source, PRELUDE_FILE))
      if (this.#context.typeof(prelude) === 'function') return prelude
    } catch (error) {
      if (!(error instanceof GuestThrow)) throw error
      const { name, message } = faultOf(error.description, () => Infinity)
      throw new BrokenPrelude(`what every script begins with does not evaluate: ${name}: ${message}`)
    }
    throw new BrokenPrelude('what every script begins with is no function (host, contextJson)')
  }

  /** Only the engine's own code reaches programs that were compiled ahead; all other names are those of listed modules. */
  #moduleNamed(base: string, name: string): string {
    return base === ENGINE_FILE ? (this.#names.get(name) ?? MODULE + name) : MODULE + name
  }

  #moduleAt(innerName: string) {
    const name = innerName.slice(MODULE.length)
    const source = this.settings.extraModules.get(name)
    if (source !== undefined) return { value: source }
    return { error: new Error(`Module '${name.slice(0, 200)}' is not allowed: add it to SCRIPT_EXTRA_MODULES`) }
  }

  #text(text: string): QuickJSHandle {
    return this.#context.newString(text)
  }

  #control(name: Control, ...given: QuickJSHandle[]): void {
    this.#call(name, given).dispose()
  }

  #call(name: Control, given: QuickJSHandle[]): QuickJSHandle {
    const control = this.#controls.get(name)
    if (control === undefined) throw new Error(`the engine's own code has no ${name}`)
    try {
      return this.#unwrap(this.#context.callFunction(control, this.#context.undefined, ...given))
    } finally {
      for (const handle of given) if (handle !== this.#prelude) handle.dispose()
    }
  }

  #readText(name: Control): string {
    return this.#call(name, []).consume((handle) => this.#context.getString(handle))
  }

  #unwrap(result: ReturnType<QuickJSContext['evalCode']>): QuickJSHandle {
    if (result.error === undefined) return result.value
    const describe = this.#controls.get('describe')
    if (describe === undefined) throw new Error("the engine's own code does not start")
    const described = this.#context.callFunction(describe, this.#context.undefined, result.error)
    result.error.dispose()
    if (described.error === undefined)
      throw new GuestThrow(described.value.consume((handle) => this.#context.getString(handle)))
    // Too little memory or time is left even for saying what was thrown.
    described.error.dispose()
    throw new GuestThrow('{}')
  }
}

const CONTROLS = [
  'describe',
  'begin',
  'prepare',
  'run',
  'runCompiled',
  'settle',
  'state',
  'outcomeChars',
  'outcome',
] as const
type Control = (typeof CONTROLS)[number]

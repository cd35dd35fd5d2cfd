import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from 'quickjs-emscripten'
import type { Defence } from '../protocol/setup.js'
import type { JobClock } from './clock.js'
import type { Engine } from './engine.js'
import { ENGINE_FILE, ENGINE_SOURCE, ENTRY_SOURCE, PRELUDE_FILE } from './guest-source.js'

// Holds with a thread stack of 16 MB (measured: every nesting attack ends as an error of the guest); 64 KB and more overrun the main thread.
const GUEST_STACK_BYTES = 256 * 1024

/** What a guest may ask for while it runs; every callback must return, none may throw. */
export interface GuestPort {
  call(id: number, name: string, args: string): void
  log(level: string, text: string): void
}

export interface GuestSettings {
  readonly prelude: string
  readonly extraModules: ReadonlyMap<string, string>
  readonly without: ReadonlySet<Defence>
}

/** What the guest threw, as it described itself: JSON text, never trusted. */
export class GuestThrow extends Error {
  constructor(readonly description: string) {
    super('the guest threw')
  }
}

/** A fresh runtime and context with the engine's own code and the prelude in it, for one job. */
export class Guest {
  readonly #runtime: QuickJSRuntime
  readonly #context: QuickJSContext
  readonly #controls: QuickJSHandle
  readonly #prelude: QuickJSHandle
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
      (_base, name) => (without.has('modules') ? name : MODULE + name),
    )
    this.#context = this.#runtime.newContext()
    this.#controls = this.#openControls(!without.has('intrinsics'))
    this.#prelude = this.#unwrap(this.#context.evalCode(settings.prelude, PRELUDE_FILE))
  }

  /** Binds the guest to its job, and makes what scripts see of `context`. */
  begin(clock: JobClock, port: GuestPort, memoryBytes: number, context: string): void {
    this.#clock = clock
    this.#port = port
    if (!this.settings.without.has('memory')) this.#runtime.setMemoryLimit(memoryBytes)
    this.#control('begin', this.#prelude, this.#context.newString(context))
  }

  /** Evaluates a macro: what it declares is global. */
  evaluateMacro(file: string, source: string): void {
    this.#unwrap(this.#context.evalCode(source, file)).dispose()
  }

  /** Evaluates a program and enters it; its end shows in `state` after `pump`. */
  enter(role: string, file: string, source: string, input: string): void {
    this.#control('prepare', this.#context.newString(role), this.#context.newString(input))
    const own = this.#unwrap(this.#context.evalCode(source + ENTRY_SOURCE, file, { type: 'module' }))
    this.#control('run', this.#context.newString(role), own)
  }

  /** Compiles without running a line. */
  compile(file: string, source: string, type: 'global' | 'module'): void {
    const text = type === 'module' ? source + ENTRY_SOURCE : source
    this.#unwrap(this.#context.evalCode(text, file, { type, compileOnly: true }))
  }

  /** Runs promise jobs until none is left or the clock says stop. In small batches: a job that swallows its interruption cannot hold the pump. */
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
    this.#control('settle', this.#context.newNumber(id), well, this.#context.newString(text))
  }

  /** '' while it runs, then `done`, `undefined` or `threw`. */
  get state(): string {
    return this.#readString('state')
  }

  get outcomeChars(): number {
    const length = this.#call('outcomeChars', [])
    return length.consume((handle) => this.#context.getNumber(handle))
  }

  get outcome(): string {
    return this.#readString('outcome')
  }

  /** Gives all memory back to the instance; throws when the engine finds it in disorder. */
  dispose(): void {
    this.#clock = undefined
    this.#prelude.dispose()
    this.#controls.dispose()
    this.#context.dispose()
    this.#runtime.dispose()
  }

  #openControls(isHardened: boolean): QuickJSHandle {
    const context = this.#context
    const open = this.#unwrap(context.evalCode(ENGINE_SOURCE, ENGINE_FILE))
    const send = context.newFunction('send', (id, name, args) => {
      this.#port?.call(context.getNumber(id), context.getString(name), context.getString(args))
    })
    const print = context.newFunction('print', (level, text) => {
      this.#port?.log(context.getString(level), context.getString(text))
    })
    const hardened = isHardened ? context.true : context.false
    const controls = this.#unwrap(context.callFunction(open, context.undefined, send, print, hardened))
    for (const handle of [open, send, print]) handle.dispose()
    return controls
  }

  #moduleAt(innerName: string) {
    const name = innerName.slice(MODULE.length)
    const source = this.settings.extraModules.get(name)
    if (source !== undefined) return { value: source }
    return { error: new Error(`Module '${name.slice(0, 200)}' is not allowed: add it to SCRIPT_EXTRA_MODULES`) }
  }

  #control(name: string, ...given: QuickJSHandle[]): void {
    this.#call(name, given).dispose()
  }

  #call(name: string, given: QuickJSHandle[]): QuickJSHandle {
    const member = this.#context.getProp(this.#controls, name)
    try {
      return this.#unwrap(this.#context.callFunction(member, this.#context.undefined, ...given))
    } finally {
      member.dispose()
      for (const handle of given) if (handle !== this.#prelude) handle.dispose()
    }
  }

  #readString(name: string): string {
    return this.#call(name, []).consume((handle) => this.#context.getString(handle))
  }

  #unwrap(result: ReturnType<QuickJSContext['evalCode']>): QuickJSHandle {
    if (result.error === undefined) return result.value
    const describe = this.#context.getProp(this.#controls, 'describe')
    const described = this.#context.callFunction(describe, this.#context.undefined, result.error)
    describe.dispose()
    result.error.dispose()
    if (described.error !== undefined) {
      described.error.dispose()
      throw new GuestThrow('{}')
    }
    throw new GuestThrow(described.value.consume((handle) => this.#context.getString(handle)))
  }
}

// Inner names of listed modules: no file of an author can be meant by one.
const MODULE = 'penstock:module/'
const JOBS_PER_BATCH = 64

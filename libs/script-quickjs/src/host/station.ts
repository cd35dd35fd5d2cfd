import type { JobHead } from '../protocol/messages.js'
import type { Engine } from './engine.js'
import { Guest, type GuestSettings, GuestThrow } from './guest.js'
import { MemoryImage } from './memory-image.js'

// An image of a program is the base and what compiling it allocated: half a megabyte for small ones.
const IMAGES_BYTES_MAX = 16 * 1024 * 1024

/** An instance with its guest and the images that jobs start from: one before any program, and one per program that was compiled in it. */
export class Station {
  readonly guest: Guest
  readonly #base: MemoryImage
  // Oldest first.
  readonly #compiled = new Map<string, MemoryImage>()
  #jobs = 0

  constructor(
    readonly engine: Engine,
    private readonly settings: GuestSettings,
  ) {
    this.guest = new Guest(engine, settings)
    this.#base = new MemoryImage(engine.memory, engine.stack)
  }

  /**
   * Makes the guest what it is before any script ran, with the files of this job compiled; true when they are, false when they must be
   * evaluated as text: they do not compile, or two of one name are different.
   */
  prepare(head: JobHead): boolean {
    this.#jobs += 1
    this.guest.rest()
    if (this.settings.without.has('fresh') && this.#jobs > 1) return false
    const known = this.#compiled.get(head.key)
    if (known !== undefined) {
      // Used last, dropped last.
      this.#compiled.delete(head.key)
      this.#compiled.set(head.key, known)
      known.restore(this.engine.memory)
      return true
    }
    this.#base.restore(this.engine.memory)
    return this.#compile(head)
  }

  /** Jobs that it has served. */
  get jobs(): number {
    return this.#jobs
  }

  #compile(head: JobHead): boolean {
    const files = new Map(head.steps.map(({ file }) => [file.name, file.source]))
    if (head.steps.some(({ file }) => files.get(file.name) !== file.source)) return false
    this.#base.clearAbove(this.engine.memory)
    try {
      for (const [name, source] of files) this.guest.compile(name, source, 'module')
    } catch (error) {
      if (!(error instanceof GuestThrow)) throw error
      // Evaluating it as text fails in the same way, in its step.
      this.#base.restore(this.engine.memory)
      return false
    }
    this.#keep(head.key, new MemoryImage(this.engine.memory, this.engine.stack))
    return true
  }

  #keep(key: string, image: MemoryImage): void {
    this.#compiled.set(key, image)
    let held = [...this.#compiled.values()].reduce((sum, one) => sum + one.size, 0)
    for (const [oldest, { size }] of this.#compiled) {
      if (held <= IMAGES_BYTES_MAX) return
      this.#compiled.delete(oldest)
      held -= size
    }
  }
}

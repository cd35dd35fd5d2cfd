import { newQuickJSWASMModuleFromVariant, newVariant, RELEASE_SYNC } from 'quickjs-emscripten'
import type { QuickJSWASMModule } from 'quickjs-emscripten'
import { type DeadStretch, findStack } from './memory-image.js'
import type { WasmMemory, WasmModule } from './web-assembly.js'

const PAGE_BYTES = 65_536
// The build asks for 256 pages at least; a fresh runtime with the prelude uses about 1 MB of them.
const PAGES_AT_START = 256
// A heap that grew by more than this is not kept: memory of WebAssembly never shrinks.
const PAGES_KEPT = PAGES_AT_START + 64

/** One instance of the interpreter with its own, capped memory. */
export interface Engine {
  readonly quickjs: QuickJSWASMModule
  readonly memory: WasmMemory
  /** Its stack, which images leave out. */
  readonly stack: DeadStretch
  /** Lets the heap grow to so many bytes in all until the next call of this; never beyond what the instance was made with. */
  limitMemory(bytes: number): void
  /** Whether growth was refused since `limitMemory`. */
  refusedMemory(): boolean
  /** Whether the heap has grown so far that the instance should make room. */
  isSwollen(): boolean
}

/** Makes an instance of the compiled module whose heap cannot grow over `memoryBytesMax`, whatever runs in it. */
export async function openEngine(module: WasmModule, memoryBytesMax: number): Promise<Engine> {
  const maximum = Math.max(PAGES_AT_START, Math.ceil(memoryBytesMax / PAGE_BYTES))
  const memory = new WebAssembly.Memory({ initial: PAGES_AT_START, maximum })
  const cap = capGrowth(memory, maximum)
  // What the engine would print when it aborts is no output of ours; the abort itself arrives as an exception.
  const emscriptenModule = { wasmMemory: memory, print: ignore, printErr: ignore }
  const variant = newVariant(RELEASE_SYNC, { wasmModule: module, wasmMemory: memory, emscriptenModule })
  const quickjs = await newQuickJSWASMModuleFromVariant(variant)
  const pages = () => memory.buffer.byteLength / PAGE_BYTES
  stackOfBuild ??= findStack(memory)
  return { quickjs, memory, stack: stackOfBuild, ...cap, isSwollen: () => pages() > PAGES_KEPT }
}

// The same in every instance of the one module that a process ever compiles.
let stackOfBuild: DeadStretch | undefined

/** The engine grows its memory by calling `grow` of this very object: a refusal there is an allocation that fails in the guest. */
function capGrowth(memory: WasmMemory, maximum: number) {
  const grow = memory.grow.bind(memory)
  let pagesMax = maximum
  let refused = false
  Object.defineProperty(memory, 'grow', {
    value: (pages: number) => {
      if (memory.buffer.byteLength / PAGE_BYTES + pages > pagesMax) {
        refused = true
        throw new RangeError('the memory of this job is used up')
      }
      return grow(pages)
    },
  })
  return {
    limitMemory: (bytes: number) => {
      pagesMax = Math.min(maximum, Math.max(PAGES_AT_START, Math.ceil(bytes / PAGE_BYTES)))
      refused = false
    },
    refusedMemory: () => refused,
  }
}

const ignore = () => undefined

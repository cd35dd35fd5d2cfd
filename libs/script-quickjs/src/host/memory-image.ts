import type { WasmMemory } from './web-assembly.js'

/** A stretch of linear memory that need not be kept: nothing in it outlives a call into the engine. */
export interface DeadStretch {
  readonly from: number
  readonly to: number
}

/**
 * All that an instance of the engine is while nothing runs in it: its static data and its heap. Putting an image back is how a job gets a fresh
 * runtime: everything that any script has done since is gone, to the last byte, even what it did by a flaw of the engine.
 */
export class MemoryImage {
  readonly #low: Uint8Array
  readonly #high: Uint8Array

  constructor(
    memory: WasmMemory,
    private readonly dead: DeadStretch,
  ) {
    const bytes = new Uint8Array(memory.buffer)
    this.#low = bytes.slice(0, dead.from)
    this.#high = bytes.slice(dead.to, lastByteOf(memory))
  }

  get size(): number {
    return this.#low.length + this.#high.length
  }

  /** Makes the memory what it was when the image was taken. What lies above is free for the allocator, which takes nothing there for granted. */
  restore(memory: WasmMemory): void {
    const bytes = new Uint8Array(memory.buffer)
    bytes.set(this.#low, 0)
    bytes.set(this.#high, this.dead.to)
  }

  /**
   * Clears what lies above the image, so that an image taken next does not carry the leavings of a job. Blocks that are zero are only read: writing
   * there would make ten megabytes of every new instance resident, at 10 to 80 ms of page faults before its first job.
   */
  clearAbove(memory: WasmMemory): void {
    const bytes = new Uint8Array(memory.buffer)
    for (let at = this.dead.to + this.#high.length; at < bytes.length; at += BLOCK_BYTES)
      if (!isZero(memory, at)) bytes.fill(0, at, at + BLOCK_BYTES)
  }
}

/**
 * Finds the stack of the engine in an instance that has just been made: the long run of zeros between its static data and its heap. The least part
 * of the run may be data that starts as zero (98 KB of all in this build), so it is kept. An instance laid out otherwise is kept whole.
 */
export function findStack(memory: WasmMemory): DeadStretch {
  const top = lastByteOf(memory)
  let best = { from: 0, to: 0 }
  let from = 0
  for (let at = 0; at < top; at += BLOCK_BYTES) {
    if (isZero(memory, at)) continue
    if (at - from > best.to - best.from) best = { from, to: at }
    from = at + BLOCK_BYTES
  }
  const stretch = { from: best.from + ZERO_DATA_BYTES_MAX, to: best.to }
  return stretch.to - stretch.from >= STACK_BYTES_MIN ? stretch : { from: 0, to: 0 }
}

const ZERO_DATA_BYTES_MAX = 256 * 1024
const STACK_BYTES_MIN = 4 * 1024 * 1024
const BLOCK_BYTES = 65_536
const ZEROS = Buffer.alloc(BLOCK_BYTES)

/** End of the last block that holds anything. Compared by blocks: a loop over words takes a cold thread a hundred milliseconds. */
function lastByteOf(memory: WasmMemory): number {
  let end = memory.buffer.byteLength
  while (end > 0 && isZero(memory, end - BLOCK_BYTES)) end -= BLOCK_BYTES
  return end
}

const isZero = (memory: WasmMemory, at: number) => ZEROS.equals(new Uint8Array(memory.buffer, at, BLOCK_BYTES))

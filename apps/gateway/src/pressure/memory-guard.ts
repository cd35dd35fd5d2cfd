import { AppError } from '@penstock/errors'
import type { Observe } from '@penstock/observations'

/** How much memory the process uses, and how much it may use; undefined: no bound. */
export interface MemoryReading {
  readonly heapBytes: number
  readonly heapBytesMax: number | undefined
  readonly rssBytes: number
  readonly rssBytesMax: number | undefined
}

export interface MemoryGuardOptions {
  read(): MemoryReading
  /** Collects garbage: what is used after it is needed by somebody. Blocks. */
  collect(): void
  readonly observe: Observe
  monotonicMs(): number
}

/** Says when there is no memory for more calls. */
export interface MemoryGuard {
  readonly underPressure: boolean
  /** Throws MEMORY_PRESSURE when there is no room for one more beside the calls that are in flight, that one included. */
  screen(callsInFlight: number): void
  /** Looks once; the clock does so four times a second. */
  look(): void
  start(): void
  stop(): void
}

const LOOK_MS = 250
// A collection stands still for about a second per 4 GB; where memory is short the engine would do no less.
const COLLECT_MS_MIN = 5_000
// Under pressure one call at a time is taken still: memory that nobody gives back would otherwise refuse calls for ever.
const CALLS_UNDER_PRESSURE = 1

/**
 * Watches heap and resident memory. Over a bound, garbage is collected; when that does not help, calls are refused until it is below the
 * bound again: callers hear 503 from this gateway and go to another, instead of all calls in flight ending with the process.
 */
export function memoryGuard({ read, collect, observe, monotonicMs }: MemoryGuardOptions): MemoryGuard {
  let underPressure = false
  let collectedMs = -Infinity
  let timer: NodeJS.Timeout | undefined
  const look = (): void => {
    let over = overOf(read())
    if (over !== undefined && monotonicMs() - collectedMs >= COLLECT_MS_MIN) {
      collect()
      collectedMs = monotonicMs()
      over = overOf(read())
    }
    if ((over !== undefined) === underPressure) return
    underPressure = over !== undefined
    observe({ kind: 'memory.pressure', state: over === undefined ? 'over' : 'short', detail: over ?? '' })
  }
  return {
    get underPressure() {
      return underPressure
    },
    screen(callsInFlight) {
      if (!underPressure || callsInFlight <= CALLS_UNDER_PRESSURE) return
      throw new AppError('MEMORY_PRESSURE', 'no memory for more calls', { headers: { 'Retry-After': '1' } })
    },
    look,
    start() {
      timer = setInterval(look, LOOK_MS)
      timer.unref()
    },
    stop: () => clearInterval(timer),
  }
}

/** What is over its bound, in words; undefined when nothing is. */
function overOf({ heapBytes, heapBytesMax, rssBytes, rssBytesMax }: MemoryReading): string | undefined {
  if (heapBytesMax !== undefined && heapBytes > heapBytesMax)
    return `heap of ${heapBytes} bytes is over ${heapBytesMax}`
  if (rssBytesMax !== undefined && rssBytes > rssBytesMax) return `${rssBytes} resident bytes are over ${rssBytesMax}`
  return undefined
}

import { totalmem } from 'node:os'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { MemoryReading } from './memory-guard.js'

export interface MemoryBounds {
  /** Of the heap that V8 may use; 0: it is not watched. */
  readonly heapPercentMax: number
  /** 0: nine tenths of what the container may use; not watched outside of one. */
  readonly rssBytesMax: number
}

const CONTAINER_SHARE = 0.9

/** Reads what this process uses, in microseconds. */
export function processMemory({ heapPercentMax, rssBytesMax }: MemoryBounds): () => MemoryReading {
  const rssMax = rssBytesMax > 0 ? rssBytesMax : containerShare(process.constrainedMemory(), totalmem())
  return () => {
    const heap = getHeapStatistics()
    return {
      heapBytes: heap.used_heap_size,
      heapBytesMax: heapPercentMax === 0 ? undefined : (heap.heap_size_limit * heapPercentMax) / 100,
      rssBytes: process.memoryUsage.rss(),
      rssBytesMax: rssMax,
    }
  }
}

/** Nine tenths of a container's bound; undefined where there is none: then the number is missing, zero, or beyond the machine's memory. */
export function containerShare(boundBytes: number | undefined, machineBytes: number): number | undefined {
  if (boundBytes === undefined || boundBytes <= 0 || boundBytes > machineBytes) return undefined
  return boundBytes * CONTAINER_SHARE
}

let collector: (() => void) | undefined

/** Collects all garbage now. */
export function collectGarbage(): void {
  collector ??= exposedCollector()
  collector()
}

/** The engine's own function, made visible in a context that nobody else sees. */
function exposedCollector(): () => void {
  setFlagsFromString('--expose-gc')
  const gc: unknown = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  return typeof gc === 'function' ? () => void gc() : () => undefined
}

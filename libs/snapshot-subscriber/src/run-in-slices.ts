// The event loop is given back at least this often while a snapshot is compiled, so that calls hardly notice.
const SLICE_MS = 8

export interface Sliced<T> {
  readonly result: T
  /** The longest stretch in which the event loop was not given back. */
  readonly longestSliceMs: number
}

/** Runs the steps of a generator to its end and gives the event loop back between slices of a few milliseconds. */
export async function runInSlices<T>(steps: Generator<void, T>, sliceMs = SLICE_MS): Promise<Sliced<T>> {
  let longestSliceMs = 0
  for (;;) {
    const startedMs = performance.now()
    let elapsedMs = 0
    let step = steps.next()
    while (step.done !== true && (elapsedMs = performance.now() - startedMs) < sliceMs) step = steps.next()
    longestSliceMs = Math.max(longestSliceMs, elapsedMs, performance.now() - startedMs)
    if (step.done === true) return { result: step.value, longestSliceMs }
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}

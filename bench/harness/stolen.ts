import { existsSync, readFileSync } from 'node:fs'

/** Linux counts time since boot, of all processors together. */
export interface ProcessorTime {
  readonly total: number
  /** Given to other machines by the hypervisor while something here wanted to run. */
  readonly stolen: number
}

export interface Slice<T> {
  readonly measured: T
  /** Share of the processors that was stolen meanwhile; 0 where no system counts it. */
  readonly stolen: number
}

// Above it a p99 says more of the other machines than of this one: a processor that is away for 20 ms is a call that takes 20 ms longer.
const STOLEN_MAX = 0.01

/**
 * Measures, and once more when over a hundredth of the machine's processor time was stolen meanwhile; the less disturbed of both counts. So many
 * times in all at most: on a machine that is never left alone a work must end, too.
 */
export function undisturbed(againMax: number) {
  let left = againMax
  return async <T>(measure: (attempt: 0 | 1) => Promise<T>): Promise<Slice<T>> => {
    const first = await slice(() => measure(0))
    if (first.stolen <= STOLEN_MAX || left === 0) return first
    left -= 1
    const second = await slice(() => measure(1))
    return second.stolen < first.stolen ? second : first
  }
}

async function slice<T>(measure: () => Promise<T>): Promise<Slice<T>> {
  const from = now()
  const measured = await measure()
  const to = now()
  return { measured, stolen: to.total === from.total ? 0 : (to.stolen - from.stolen) / (to.total - from.total) }
}

const now = (): ProcessorTime => (existsSync('/proc/stat') ? processorTime(readFileSync('/proc/stat', 'utf8')) : NONE)
const NONE: ProcessorTime = { total: 0, stolen: 0 }

/** What the first line of `/proc/stat` says: user, nice, system, idle, iowait, irq, softirq, steal; what follows is in user and nice already. */
export function processorTime(stat: string): ProcessorTime {
  const fields = stat.split('\n', 1)[0]?.split(/\s+/).slice(1, 9).map(Number) ?? []
  return { total: fields.reduce((sum, field) => sum + field, 0), stolen: fields[7] ?? 0 }
}

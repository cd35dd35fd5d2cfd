import { generate, type Job, type Request, type Seen } from './generator/generate.js'
import { takeLag } from './loop-lag.js'
import { cpuUs, residentBytes } from './process-usage.js'
import { quantile } from './quantile.js'

export type { Request } from './generator/generate.js'

/** A server under load. */
export interface HttpTarget {
  readonly name: string
  readonly url: string
  /** The requests that are sent in turn, for example each with the token of another client. */
  readonly requests: readonly Request[]
  /** Of the server, to read what processor time it used. */
  readonly pid: number
}

export interface Measured {
  /** Closed: answers; open: requests that were sent. */
  readonly perSecond: number
  /** Undefined where they are not known, or where too few were measured to say. */
  readonly p50Ms: number | undefined
  readonly p99Ms: number | undefined
  /** Open: how late requests were sent; part of their latency, though not the server's fault. */
  readonly lateP99Ms?: number | undefined
  /** Processor time of the server per request, user and system, in microseconds; undefined where it is not one process. */
  readonly cpuUs: number | undefined
  /** How long the server's event loop was held up. */
  readonly lagP99Ms: number | undefined
  /** Resident memory of the server after the load. */
  readonly residentBytes: number | undefined
}

/** Something that can be measured for a while. */
export interface Target {
  readonly name: string
  measure(seconds: number): Promise<Measured>
}

/** Closed model: `connections` callers, each sends the next request when it has read the answer. */
export function closed(target: HttpTarget, connections: number): Target {
  return {
    name: target.name,
    async measure(seconds) {
      const { url, requests } = target
      const { seen, measured } = await load(target, { model: 'closed', url, requests, seconds, connections })
      return { ...measured, perSecond: seen.latenciesMs.length / (seen.measuredMs / 1000) }
    },
  }
}

/** What the rate that was offered may differ from the one that was wanted. */
const RATE_ERROR_MAX = 0.02

/**
 * Open model: requests come at a constant rate, whether the server keeps up or not, and count from the moment when they were due. A rate that
 * was not held voids the run.
 */
export function open(target: HttpTarget, perSecond: number): Target {
  return {
    name: target.name,
    async measure(seconds) {
      const { url, requests } = target
      const { seen, measured } = await load(target, { model: 'open', url, requests, seconds, perSecond })
      const offered = seen.latenciesMs.length / (seen.measuredMs / 1000)
      if (!(Math.abs(offered / perSecond - 1) <= RATE_ERROR_MAX))
        throw new Error(`${target.name}: ${offered.toFixed(0)} requests/s were offered instead of ${perSecond}`)
      return { ...measured, perSecond: offered, lateP99Ms: quantile(seen.latenessMs ?? [], 0.99) }
    },
  }
}

/** Any answer but 200 voids the run. */
async function load(target: HttpTarget, job: Job): Promise<{ seen: Seen; measured: Omit<Measured, 'perSecond'> }> {
  let [beforeUs, afterUs] = [0, 0]
  await takeLag(target.pid)
  const seen = await generate(job, {
    begin: () => (beforeUs = cpuUs(target.pid)),
    over: () => (afterUs = cpuUs(target.pid)),
  })
  const lagP99Ms = await takeLag(target.pid)
  const answers = seen.latenciesMs.length
  if (seen.failures.length > 0) {
    const statuses = [...new Set(seen.failures)].join(', ')
    throw new Error(`${target.name}: ${seen.failures.length} answers beside ${answers} were not 200 but ${statuses}`)
  }
  const measured = {
    p50Ms: quantile(seen.latenciesMs, 0.5),
    p99Ms: quantile(seen.latenciesMs, 0.99),
    cpuUs: (afterUs - beforeUs) / answers,
    lagP99Ms,
    residentBytes: residentBytes(target.pid),
  }
  return { seen, measured }
}

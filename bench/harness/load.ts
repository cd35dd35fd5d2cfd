import autocannon from 'autocannon'
import { cpuUs, residentBytes } from './process-usage.js'

export interface Request {
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
}

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
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Processor time of the server per request, user and system, in microseconds; undefined where it is not one process. */
  readonly cpuUs: number | undefined
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
  return { name: target.name, measure: (seconds) => load(target, seconds, { connections }) }
}

/**
 * Open model: requests come at a constant rate, whether the server keeps up or not; a request that had to wait for its turn counts with its
 * wait (coordinated omission is corrected by the load generator).
 */
export function open(target: HttpTarget, perSecond: number): Target {
  const connections = 64
  return { name: target.name, measure: (seconds) => load(target, seconds, { connections, overallRate: perSecond }) }
}

/** Any answer but 200 voids the run. */
async function load(
  target: HttpTarget,
  seconds: number,
  options: { connections: number; overallRate?: number },
): Promise<Measured> {
  const before = cpuUs(target.pid)
  const requests = target.requests.map(({ path, headers }) => ({
    method: 'GET' as const,
    path,
    headers: { ...headers },
  }))
  let opened = 0
  const result = await autocannon({
    ...options,
    url: target.url,
    duration: seconds,
    requests,
    // Each connection begins elsewhere, so that one caller never has all of them.
    setupClient(client) {
      const start = Math.floor((opened * requests.length) / options.connections)
      opened += 1
      client.setRequests([...requests.slice(start), ...requests.slice(0, start)])
    },
  })
  const used = cpuUs(target.pid) - before
  const bad = result.non2xx + result.errors + result.timeouts
  if (bad > 0) throw new Error(`${target.name}: ${bad} of ${result.requests.total} answers were not 200`)
  return {
    perSecond: result.requests.average,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    cpuUs: used / result.requests.total,
    residentBytes: residentBytes(target.pid),
  }
}

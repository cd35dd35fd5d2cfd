import autocannon from 'autocannon'
import { cpuUs } from './cpu.js'

export interface Target {
  readonly name: string
  /** The requests that are sent in turn, for example each with the token of another client. */
  readonly requests: readonly { readonly path: string; readonly headers?: Readonly<Record<string, string>> }[]
  readonly url: string
  /** Of the server, to read what processor time it used. */
  readonly pid: number
}

export interface Measured {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Processor time of the server per request, user and system, in microseconds. */
  readonly cpuUs: number
}

/** Closed model: `connections` callers, each sends the next request when it has read the answer. Any answer but 200 voids the run. */
export async function load(
  target: Target,
  { seconds, connections }: { seconds: number; connections: number },
): Promise<Measured> {
  const before = cpuUs(target.pid)
  const result = await autocannon({
    url: target.url,
    connections,
    duration: seconds,
    requests: target.requests.map(({ path, headers }) => ({ method: 'GET' as const, path, headers: { ...headers } })),
  })
  const used = cpuUs(target.pid) - before
  const bad = result.non2xx + result.errors + result.timeouts
  if (bad > 0) throw new Error(`${target.name}: ${bad} of ${result.requests.total} answers were not 200`)
  return {
    perSecond: result.requests.average,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    cpuUs: used / result.requests.total,
  }
}

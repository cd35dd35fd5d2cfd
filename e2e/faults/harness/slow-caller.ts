import { connect } from 'node:net'
import { performance } from 'node:perf_hooks'

export interface SlowCaller {
  /** Milliseconds from the first byte until the gateway closed the connection. */
  readonly cutAfterMs: Promise<number>
  /** What the gateway said before it did. */
  answer(): string
  hasAnswer(): boolean
}

export type Slowness =
  /** A head of which a byte comes now and then. */
  | 'head'
  /** A body of which a byte comes now and then. */
  | 'body'
  /** An answer of which nothing is read for `READS_AFTER_MS` after its first bytes; what the gateway has given up by then never comes. */
  | 'reader'

// Often enough that no idle time of a socket strikes: only a limit on the whole does.
const TRICKLE_MS = 500
/** A socket that is not read does not learn that it was closed, so that is looked for by reading, late. */
export const READS_AFTER_MS = 15_000

/** A caller who takes for ever, on a socket of its own. `path` is that of the API, which must take POST for a slow body. */
export function slowCaller(gatewayUrl: string, path: string, slowness: Slowness): SlowCaller {
  const { hostname, port } = new URL(gatewayUrl)
  const socket = connect(Number(port), hostname)
  const startedMs = performance.now()
  let text = ''
  let trickle: NodeJS.Timeout | undefined
  let reading: NodeJS.Timeout | undefined
  socket.on('data', (bytes) => {
    text += bytes.toString()
    if (slowness !== 'reader' || reading !== undefined) return
    socket.pause()
    reading = setTimeout(() => socket.resume(), READS_AFTER_MS)
  })
  socket.on('error', () => undefined)
  socket.on('connect', () => {
    const start = { head: 'GET', body: 'POST', reader: 'GET' }[slowness]
    socket.write(`${start} /api/${path} HTTP/1.1\r\nHost: gateway\r\n`)
    if (slowness === 'reader') socket.write('\r\n')
    if (slowness === 'body') socket.write('Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{')
    if (slowness !== 'reader') trickle = setInterval(() => socket.write(slowness === 'head' ? 'X' : ' '), TRICKLE_MS)
  })
  const cutAfterMs = new Promise<number>((resolve) =>
    socket.once('close', () => {
      clearInterval(trickle)
      clearTimeout(reading)
      resolve(performance.now() - startedMs)
    }),
  )
  return { cutAfterMs, answer: () => text, hasAnswer: () => text !== '' }
}

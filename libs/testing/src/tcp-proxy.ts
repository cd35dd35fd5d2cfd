import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface TcpProxy {
  readonly port: number
  /** The target's URL with this proxy's host and port. */
  via(url: string): string
  /** Breaks every connection and refuses new ones, as a killed server does. */
  cut(): void
  /** Keeps connections open and swallows nothing: bytes wait, as with a frozen server or a lost network. */
  pause(): void
  /** Delays every piece of data by so much, in both directions. */
  slow(delayMs: number): void
  /** Ends cut, pause and slow. */
  heal(): void
  readonly connections: number
  close(): Promise<void>
}

interface Pair {
  readonly client: Socket
  readonly server: Socket
}

/** A TCP relay to `host:port` whose network you can break, for tests of what happens then. */
export async function tcpProxy(target: { host?: string; port: number }): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  let state: 'open' | 'cut' | 'paused' = 'open'
  let delayMs = 0

  const listener = createServer((client) => {
    if (state === 'cut') {
      client.resetAndDestroy()
      return
    }
    const server = connect(target.port, target.host ?? '127.0.0.1')
    const pair = { client, server }
    pairs.add(pair)
    relay(client, server, () => delayMs)
    relay(server, client, () => delayMs)
    for (const socket of [client, server]) socket.once('close', () => pairs.delete(pair))
    if (state === 'paused') forBoth(pair, (socket) => socket.pause())
  })
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject)
    listener.listen(0, '127.0.0.1', resolve)
  })
  const port = portOf(listener.address())
  const breakAll = (): void => {
    for (const pair of pairs) forBoth(pair, (socket) => socket.destroy())
  }
  return {
    port,
    via: (url) => rewritten(url, port),
    cut() {
      state = 'cut'
      for (const { client, server } of pairs) {
        client.resetAndDestroy()
        server.destroy()
      }
    },
    pause() {
      state = 'paused'
      for (const pair of pairs) forBoth(pair, (socket) => socket.pause())
    },
    slow(ms) {
      delayMs = ms
    },
    heal() {
      state = 'open'
      delayMs = 0
      for (const pair of pairs) forBoth(pair, (socket) => socket.resume())
    },
    get connections() {
      return pairs.size
    },
    close: () =>
      new Promise((resolve) => {
        breakAll()
        listener.close(() => resolve())
      }),
  }
}

function relay(from: Socket, to: Socket, delayMs: () => number): void {
  from.on('data', (bytes) => {
    const wait = delayMs()
    if (wait > 0) setTimeout(() => to.write(bytes), wait).unref()
    else to.write(bytes)
  })
  from.on('end', () => to.end())
  // A broken side breaks the other one; what was wrong is not the relay's business.
  from.on('error', () => to.destroy())
  from.on('close', () => to.destroy())
}

function forBoth(pair: Pair, act: (socket: Socket) => void): void {
  act(pair.client)
  act(pair.server)
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the proxy got no port')
  return address.port
}

function rewritten(url: string, port: number): string {
  const changed = new URL(url)
  changed.hostname = '127.0.0.1'
  changed.port = String(port)
  return changed.href
}

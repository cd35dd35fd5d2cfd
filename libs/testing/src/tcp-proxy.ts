import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface TcpProxy {
  readonly port: number
  /** The target's URL with this proxy's host and port. */
  via(url: string): string
  /** Breaks every connection and refuses new ones, as a killed server does. */
  cut(): void
  /** Keeps connections open and swallows nothing: bytes wait, as with a frozen server or a lost network. */
  pause(): void
  /** Delays pieces of data by so much, in both directions: all, or this share of them at random, as when lost packets are sent again. */
  slow(delayMs: number, share?: number): void
  /** Sends new connections to another port of the target's host, as after a failover. */
  redirect(port: number): void
  /** Ends cut, pause and slow. */
  heal(): void
  readonly connections: number
  close(): Promise<void>
}

/** A TCP relay to `host:port` whose network you can break, for tests of what happens then. */
export async function tcpProxy(target: { host?: string; port: number }): Promise<TcpProxy> {
  const network: Network = { state: 'open', delayMs: 0, delayedShare: 1, targetPort: target.port, pairs: new Set() }
  const listener = createServer((client) => accept(client, target.host ?? '127.0.0.1', network))
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject)
    listener.listen(0, '127.0.0.1', resolve)
  })
  const port = portOf(listener.address())
  return {
    port,
    via: (url) => rewritten(url, port),
    cut() {
      network.state = 'cut'
      breakAll(network)
    },
    pause() {
      network.state = 'paused'
      forEachSocket(network, (socket) => socket.pause())
    },
    slow(delayMs, share = 1) {
      network.delayMs = delayMs
      network.delayedShare = share
    },
    redirect(port) {
      network.targetPort = port
    },
    heal() {
      network.state = 'open'
      network.delayMs = 0
      forEachSocket(network, (socket) => socket.resume())
    },
    get connections() {
      return network.pairs.size
    },
    close: () =>
      new Promise((resolve) => {
        breakAll(network)
        listener.close(() => resolve())
      }),
  }
}

interface Network {
  state: 'open' | 'cut' | 'paused'
  delayMs: number
  delayedShare: number
  targetPort: number
  readonly pairs: Set<readonly [client: Socket, server: Socket]>
}

function accept(client: Socket, host: string, network: Network): void {
  if (network.state === 'cut') {
    client.resetAndDestroy()
    return
  }
  const server = connect(network.targetPort, host)
  const pair = [client, server] as const
  network.pairs.add(pair)
  relay(client, server, network)
  relay(server, client, network)
  for (const socket of pair) {
    socket.once('close', () => network.pairs.delete(pair))
    if (network.state === 'paused') socket.pause()
  }
}

function relay(from: Socket, to: Socket, network: Network): void {
  // What comes later never overtakes: a stream keeps its order however its pieces are delayed.
  const waiting: Buffer[] = []
  let lastMs = 0
  from.on('data', (bytes) => {
    const nowMs = performance.now()
    const isDelayed = network.delayMs > 0 && Math.random() < network.delayedShare
    if (!isDelayed && waiting.length === 0) return void to.write(bytes)
    waiting.push(bytes)
    lastMs = Math.max(lastMs, nowMs + (isDelayed ? network.delayMs : 0))
    setTimeout(() => to.write(waiting.shift() ?? ''), lastMs - nowMs).unref()
  })
  from.on('end', () => to.end())
  // A broken side breaks the other one; what was wrong is not the relay's business.
  from.on('error', () => to.destroy())
  from.on('close', () => to.destroy())
}

function forEachSocket(network: Network, act: (socket: Socket) => void): void {
  for (const pair of network.pairs) pair.forEach(act)
}

// The caller sees a reset, as when the server's machine is gone; the server sees a caller that left.
function breakAll(network: Network): void {
  for (const [client, server] of network.pairs) {
    client.resetAndDestroy()
    server.destroy()
  }
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

import { createServer as createPlain, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTls } from 'node:https'
import { postgresServer } from '../real-postgres.js'
import { TrinoProtocol, type HeardRequest } from './trino-protocol.js'

export interface TrinoOptions {
  /** Serves https instead of http. */
  readonly tls?: { readonly key: string; readonly cert: string }
  /** The one user who may come, and the password; left out: everybody. */
  readonly login?: { readonly user: string; readonly password: string }
}

/**
 * A server that speaks Trino's client protocol: statements are handed in, queued, run and read part by part under `nextUri`, in transactions
 * when asked to, and stopped with DELETE. Behind it, statements run on the run's PostgreSQL, whose databases are its catalogs; so values,
 * failures and cancels are real. It understands as much of Trino's SQL as the tests say.
 */
export interface ProtocolTrino {
  /** `http://host:port`, or https. */
  readonly url: string
  readonly port: number
  /** All requests so far, oldest first. */
  readonly heard: readonly HeardRequest[]
  /** The next requests that `matches` are answered with this status instead of being handled. */
  refuseNext(times: number, status: number, matches?: (request: HeardRequest) => boolean): void
  /** Statements that were handed in and have not ended. */
  readonly open: number
  stop(): Promise<void>
}

export async function startTrino({ tls, login }: TrinoOptions = {}): Promise<ProtocolTrino> {
  const protocol = new TrinoProtocol((await postgresServer()).url, login)
  const handle = (request: IncomingMessage, response: ServerResponse): void => void protocol.handle(request, response)
  const server: Server = tls === undefined ? createPlain(handle) : createTls({ ...tls }, handle)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = address === null || typeof address === 'string' ? 0 : address.port
  const url = `${tls === undefined ? 'http' : 'https'}://${tls === undefined ? '127.0.0.1' : 'localhost'}:${port}`
  return {
    url,
    port,
    heard: protocol.heard,
    refuseNext: (times, status, matches = () => true) => protocol.refusals.push({ times, status, matches }),
    get open() {
      return protocol.open
    },
    async stop() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
      await protocol.close()
    },
  }
}

import type { ConnectionSettings } from '@penstock/datasource'
import {
  Agent as PlainAgent,
  request as plainRequest,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import { isIP } from 'node:net'

/** One request to the server. */
export interface Exchange {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Rejects and drops the connection when it aborts; left out: nothing but the deadline ends it. */
  readonly signal?: AbortSignal
}

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** The connections to one server. */
export interface Exchanger {
  /** Rejects with what the socket says, or when the server does not answer in time or says too much. */
  exchange(exchange: Exchange): Promise<Reply>
  close(): void
}

// A server holds a request back for about a second before it answers that there is nothing yet; one that is busy holds it longer.
const ANSWER_MS_MAX = 30_000
const IDLE_MS_MAX = 60_000
// Pages are about a megabyte; a single row that is larger comes in one page all the same.
const BODY_BYTES_MAX = 64 * 1024 * 1024

/** Opens connections as they are needed and keeps `poolSize` of them when nothing runs. */
export function openExchanger(settings: ConnectionSettings): Exchanger {
  const { ssl, host, poolSize, closeAfterExecute } = settings
  const keep = { keepAlive: !closeAfterExecute, maxFreeSockets: poolSize, timeout: IDLE_MS_MAX }
  const encrypted = ssl.mode !== 'disable'
  const agent = encrypted
    ? new TlsAgent({ ...keep, servername: isIP(host) === 0 ? host : '', ...verification(ssl) })
    : new PlainAgent(keep)
  return {
    exchange: ({ method, url, headers, body, signal }) =>
      new Promise((resolve, reject) => {
        const options: RequestOptions = { method, agent, headers, ...(signal && { signal }) }
        const request = (encrypted ? tlsRequest : plainRequest)(url, options)
        request.on('error', reject)
        request.on('response', (response) => collect(request, response, resolve, reject))
        limitWaits(request, settings)
        request.end(body)
      }),
    close: () => agent.destroy(),
  }
}

/** Ends a request that does not get a connection or an answer in time. */
function limitWaits(request: ClientRequest, { ssl, connectTimeoutMs }: ConnectionSettings): void {
  const answer = setTimeout(() => request.destroy(new Error(`no answer within ${ANSWER_MS_MAX} ms`)), ANSWER_MS_MAX)
  const connection = setTimeout(
    () => request.destroy(new Error(`no connection within ${connectTimeoutMs} ms`)),
    connectTimeoutMs,
  )
  request.on('socket', (socket) => {
    if (!socket.connecting) clearTimeout(connection)
    else socket.once(ssl.mode === 'disable' ? 'connect' : 'secureConnect', () => clearTimeout(connection))
  })
  request.on('close', () => {
    clearTimeout(answer)
    clearTimeout(connection)
  })
}

function collect(
  request: ClientRequest,
  response: IncomingMessage,
  resolve: (reply: Reply) => void,
  reject: (error: Error) => void,
): void {
  const chunks: Buffer[] = []
  let bytes = 0
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > BODY_BYTES_MAX) request.destroy(new Error(`an answer of more than ${BODY_BYTES_MAX} bytes`))
    else chunks.push(chunk)
  })
  response.on('error', reject)
  response.on('end', () => {
    const body = Buffer.concat(chunks).toString('utf8')
    resolve({ status: response.statusCode ?? 0, headers: response.headers, body })
  })
}

/** `require` encrypts and trusts whoever answers, `verify-ca` checks the certificate's chain, `verify-full` the host name too. */
function verification({ mode, ca }: ConnectionSettings['ssl']): {
  rejectUnauthorized: boolean
  ca?: string
  checkServerIdentity?: () => undefined
} {
  if (mode === 'require') return { rejectUnauthorized: false }
  const trusted = { rejectUnauthorized: true, ...(ca !== undefined && { ca }) }
  return mode === 'verify-ca' ? { ...trusted, checkServerIdentity: () => undefined } : trusted
}

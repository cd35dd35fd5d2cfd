import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'

/** How to reach admin's internal routes. */
export interface AdminAddress {
  /** For example http://127.0.0.1:9001 */
  readonly adminInternalUrl: string
  readonly serviceToken: string
}

export interface AdminRequest {
  readonly signal: AbortSignal
  /** JSON text; with it the request is a POST. */
  readonly body?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer that was read to its end, so that its connection can be used again. */
export interface AdminAnswer {
  readonly status: number
  readonly etag: string | undefined
  /** Admin's clock when it answered, to the second. */
  readonly date: string | undefined
  readonly text: string
}

// A snapshot's bodies come in parts far below this; whoever sends more is not admin.
const ANSWER_BYTES_MAX = 256 * 1024 * 1024

/**
 * One request to an internal route, with the service token. Rejects when admin cannot be reached; the status is the caller's matter. Made of
 * node:http because `fetch` alone takes 15 MB of a gateway's memory (measured with Node 20).
 */
export async function askAdmin(address: AdminAddress, route: string, request: AdminRequest): Promise<AdminAnswer> {
  try {
    return await send(address, route, request)
  } catch (error) {
    // A kept connection that the other side has just closed: nothing of the request was taken, and all routes bear repetition.
    if (!(error instanceof StaleConnection)) throw error
    return send(address, route, request)
  }
}

/** The sentence that tells most of a failure. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}

class StaleConnection extends Error {}

function send(address: AdminAddress, route: string, { signal, body, headers }: AdminRequest): Promise<AdminAnswer> {
  const url = new URL(route, address.adminInternalUrl)
  const open = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const outgoing = open(url, {
      method: body === undefined ? 'GET' : 'POST',
      signal,
      headers: {
        authorization: `Bearer ${address.serviceToken}`,
        ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        ...headers,
      },
    })
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      const isStale = outgoing.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted
      reject(isStale ? new StaleConnection(error.message, { cause: error }) : error)
    })
    outgoing.once('response', (answer) => {
      read(answer).then(
        (text) =>
          resolve({ status: answer.statusCode ?? 0, etag: answer.headers.etag, date: answer.headers.date, text }),
        (error: unknown) => reject(error instanceof Error ? error : new Error(String(error))),
      )
    })
    outgoing.end(body)
  })
}

async function read(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of answer) {
    bytes += chunk.length
    if (bytes > ANSWER_BYTES_MAX) {
      answer.destroy()
      throw new Error(`the answer is larger than ${ANSWER_BYTES_MAX} bytes`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

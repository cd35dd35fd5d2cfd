import { HttpRefused } from '@penstock/pipeline'
import { type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Place } from './kept-agents.js'

const CONNECT_MS_MAX = 2_000
// Asked twice, they do what they do once.
const REPEATABLE = new Set(['GET', 'PUT', 'DELETE'])
const CLOSED_MEANWHILE = new Set(['ECONNRESET', 'EPIPE'])

export type SentOptions = RequestOptions & Place & { readonly method: string; readonly ca?: string }

/** A kept connection was closed by its server before anything of an answer came. */
class StaleConnection extends Error {
  readonly code = 'ECONNRESET'
}

/**
 * Sends a request and gives the head of its answer. Where a kept connection turns out to be closed, what can be repeated is sent once more, on a
 * connection that is made for it.
 */
export async function sendRequest(url: URL, body: string | undefined, options: SentOptions): Promise<IncomingMessage> {
  try {
    return await sendOnce(url, body, options)
  } catch (error) {
    if (!(error instanceof StaleConnection) || !REPEATABLE.has(options.method)) throw error
    return sendOnce(url, body, { ...options, agent: false })
  }
}

function sendOnce(url: URL, body: string | undefined, options: SentOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const isTls = url.protocol === 'https:'
    const sent = (isTls ? httpsRequest : httpRequest)(url, options, resolve)
    const slow = setTimeout(() => {
      sent.destroy(new HttpRefused(`no connection within ${CONNECT_MS_MAX} ms`))
    }, CONNECT_MS_MAX)
    sent.once('socket', (socket) => {
      if (sent.reusedSocket) return clearTimeout(slow)
      socket.once(isTls ? 'secureConnect' : 'connect', () => clearTimeout(slow))
      socket.once('close', () => clearTimeout(slow))
    })
    sent.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(slow)
      const isStale = sent.reusedSocket && CLOSED_MEANWHILE.has(error.code ?? '')
      reject(isStale ? new StaleConnection('the kept connection was closed', { cause: error }) : error)
    })
    sent.end(body)
  })
}

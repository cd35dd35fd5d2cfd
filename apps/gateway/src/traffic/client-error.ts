import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { STATUS_CODES } from 'node:http'
import { AppError, toProblem, type ErrorCode } from '@penstock/errors'
import { callerAddress } from './caller-address.js'
import { JSON_TYPE, type ExchangeContext } from './exchange.js'

const CODES: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'HEAD_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
}

/**
 * Answers what never became a request: a head that does not parse, is too large, or did not arrive in time. The envelope is the usual one;
 * the connection is closed, because nobody knows where the next request would begin.
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket, context: ExchangeContext): void {
  // A connection that was reset, or on which an answer is half sent: there is nothing to say.
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) {
    socket.destroy()
    return
  }
  const requestId = randomUUID()
  const failure = new AppError(CODES[error.code ?? ''] ?? 'REQUEST_MALFORMED', error.message)
  const { status, body } = toProblem(failure, requestId)
  const text = JSON.stringify(body)
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nContent-Type: ${JSON_TYPE}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n` +
      `X-Request-ID: ${requestId}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n${text}`,
  )
  context.observe({
    kind: 'call.finished',
    atMs: context.now(),
    requestId,
    method: '-',
    path: '-',
    status,
    code: body.code,
    durationMs: 0,
    executionMs: undefined,
    rows: undefined,
    responseBytes: Buffer.byteLength(text),
    api: undefined,
    datasource: undefined,
    clientId: undefined,
    ip: callerAddress(undefined, socket.remoteAddress, 0),
    userAgent: undefined,
    params: undefined,
    detail: undefined,
  })
}

/** Whether node has begun to write an answer on this socket: it hangs the answer there under this name. */
function isAnswering(socket: Socket): boolean {
  const message: unknown = Reflect.get(socket, '_httpMessage')
  return typeof message === 'object' && message !== null && 'headersSent' in message && message.headersSent === true
}

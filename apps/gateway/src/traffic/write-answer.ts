import type { ServerResponse } from 'node:http'

/** An answer that is complete: all that is sent is known. */
export interface Answer {
  readonly status: number
  /** Beside the fixed ones; names in any case. */
  readonly headers: Readonly<Record<string, string>>
  readonly contentType: string
  readonly body: string | Uint8Array
}

// An answer that the kernel's buffers take at once needs no guard against a reader that stands still.
const GUARDED_BYTES_MIN = 65_536
// How often node looks whether bytes moved while a big answer is being read. What was sent before its first look counts as moved, so a
// reader that takes nothing at all is cut at the second: after 10 s.
const WRITE_LOOK_MS = 5_000

/** What every answer carries: nothing of it is a page. */
const FIXED_HEADERS = [
  'X-Content-Type-Options',
  'nosniff',
  'Content-Security-Policy',
  "default-src 'none'; frame-ancestors 'none'",
] as const

/** What heads say beside their answer. */
export interface HeadOptions {
  readonly requestId: string
  /** Headers beside those of the answer; no name stands twice. */
  readonly more: readonly (Readonly<Record<string, string>> | undefined)[]
  readonly close: boolean
}

/** Sends an answer in one write. HEAD gets the same head without the body. Returns the bytes of the body that were sent. */
export function writeAnswer(response: ServerResponse, answer: Answer, options: HeadOptions, headOnly: boolean): number {
  const { body, status } = answer
  const bytes = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
  const headers = headersOf(options)
  const hasBody = status !== 204 && status !== 304
  if (hasBody) headers.push('Content-Type', answer.contentType, 'Content-Length', String(bytes))
  addHeaders(headers, answer.headers)
  // What does not say otherwise is not to be kept by a cache on the way.
  if (answer.headers['Cache-Control'] === undefined) headers.push('Cache-Control', 'no-store')
  response.writeHead(status, headers)
  if (headOnly || !hasBody) {
    response.end()
    return 0
  }
  if (bytes >= GUARDED_BYTES_MIN) response.once('close', cutStalledReader(response))
  // As many bytes as characters: then all are ASCII, and one byte each is the same text at a fraction of the cost.
  if (typeof body === 'string' && bytes === body.length) response.end(body, 'latin1')
  else response.end(body)
  return bytes
}

/** Sends the head of an answer whose length nobody knows yet. */
export function writeStreamHead(
  response: ServerResponse,
  own: Readonly<Record<string, string>>,
  options: HeadOptions,
): void {
  const headers = headersOf(options)
  headers.push('Cache-Control', 'no-store')
  addHeaders(headers, own)
  response.writeHead(200, headers)
}

function headersOf({ requestId, more, close }: HeadOptions): string[] {
  const headers: string[] = [...FIXED_HEADERS, 'X-Request-ID', requestId]
  if (close) headers.push('Connection', 'close')
  for (const some of more) if (some !== undefined) addHeaders(headers, some)
  return headers
}

function addHeaders(to: string[], headers: Readonly<Record<string, string>>): void {
  for (const name in headers) to.push(name, headers[name] ?? '')
}

/**
 * A reader that takes no byte for a while loses its connection; else a few of them could hold all memory. The returned function ends the
 * watch.
 */
export function cutStalledReader(response: ServerResponse): () => void {
  const { socket } = response
  if (socket === null) return () => undefined
  const cut = () => socket.destroy()
  socket.setTimeout(WRITE_LOOK_MS, cut)
  return () => {
    socket.setTimeout(0)
    socket.removeListener('timeout', cut)
  }
}

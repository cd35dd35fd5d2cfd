import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Letters that are safe in a log line and a header; anything else could forge log entries. */
const ACCEPTABLE = /^[A-Za-z0-9._-]{1,128}$/

/** The caller's X-Request-ID when it is harmless, else a new one. */
export function requestIdOf(request: { readonly headers: IncomingHttpHeaders }): string {
  const sent = request.headers['x-request-id']
  return typeof sent === 'string' && ACCEPTABLE.test(sent) ? sent : randomUUID()
}

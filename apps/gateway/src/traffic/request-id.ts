import { randomUUID } from 'node:crypto'

// What is echoed into logs and headers must not be able to forge a line or to grow them.
const ACCEPTED = /^[A-Za-z0-9._:/+=@-]{1,128}$/

/** The caller's X-Request-ID when it can be echoed safely, else a new one. */
export function requestIdOf(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' && ACCEPTED.test(header) ? header : randomUUID()
}

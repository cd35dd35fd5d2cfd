import { createHash } from 'node:crypto'

/** A strong ETag: equal bodies have equal ones, and different bodies different ones. */
export function strongEtag(body: Uint8Array): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`
}

/** True when If-None-Match names the ETag, so that a caller who has it needs no body. As RFC 9110 says it compares weakly. */
export function matchesEtag(header: string | readonly string[] | undefined, etag: string): boolean {
  if (header === undefined) return false
  const text = typeof header === 'string' ? header : header.join(',')
  if (text === etag) return true
  if (text.trim() === '*') return true
  return text.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}

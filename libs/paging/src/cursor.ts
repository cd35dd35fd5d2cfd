import { createHmac, timingSafeEqual } from 'node:crypto'

/** Where a page ended: the keys of its last row. */
export interface PageEnd {
  /** In order of `order_by`, as text of the database. */
  readonly keys: readonly (string | null)[]
  /** The server's types of these columns. */
  readonly types: readonly string[]
}

const MAC_BYTES = 16
/** Longer ones would not fit into the head of a request, together with all the rest. */
export const CURSOR_CHARACTERS_MAX = 8000

/**
 * A cursor for the page behind this end. It is bound to what it was made for (the API's version, the parameters): anywhere else, and when one
 * character of it was changed, it opens to nothing.
 */
export function sealCursor(key: Uint8Array, boundTo: string, { keys, types }: PageEnd): string {
  const content = Buffer.from(JSON.stringify([keys, types]))
  return Buffer.concat([mac(key, boundTo, content), content]).toString('base64url')
}

/** What `sealCursor` was given with the same key for the same use; undefined otherwise. */
export function openCursor(key: Uint8Array, boundTo: string, cursor: string): PageEnd | undefined {
  if (cursor.length > CURSOR_CHARACTERS_MAX || !/^[\w-]+$/.test(cursor)) return undefined
  const bytes = Buffer.from(cursor, 'base64url')
  const content = bytes.subarray(MAC_BYTES)
  // Base64 has several texts for the same bytes: only the one that was made counts.
  if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== cursor) return undefined
  if (!timingSafeEqual(bytes.subarray(0, MAC_BYTES), mac(key, boundTo, content))) return undefined
  const parsed: unknown = JSON.parse(content.toString('utf8'))
  const [keys, types]: unknown[] = Array.isArray(parsed) ? parsed : []
  return isTexts(keys) && isTypes(types) ? { keys, types } : undefined
}

function mac(key: Uint8Array, boundTo: string, content: Buffer): Buffer {
  const hmac = createHmac('sha256', key).update(`${Buffer.byteLength(boundTo)}:${boundTo}`)
  return hmac.update(content).digest().subarray(0, MAC_BYTES)
}

function isTexts(value: unknown): value is (string | null)[] {
  return Array.isArray(value) && value.every((one) => one === null || typeof one === 'string')
}

function isTypes(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

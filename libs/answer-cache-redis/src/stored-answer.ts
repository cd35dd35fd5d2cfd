import { createHmac, timingSafeEqual } from 'node:crypto'
import type { MadeAnswer } from '@penstock/answer-cache'

const KEEP_DIGITS = 13
const MAC_BYTES = 32
const LINE_END = 10

/** An answer as it stands in Redis: for how long it is kept, a MAC, its ETag and rows, and its body. */
export function writeStored(answer: MadeAnswer, keepMs: number, key: string, macKey: Uint8Array): Buffer {
  const keep = Math.ceil(keepMs).toString().padStart(KEEP_DIGITS, '0')
  const rest = Buffer.concat([Buffer.from(`${answer.rows} ${answer.etag}\n`), answer.body])
  return Buffer.concat([Buffer.from(keep), mac(macKey, key, keep, rest), rest])
}

/**
 * What `writeStored` wrote for the same key; undefined when it was changed, or written by somebody who does not have the gateways' key:
 * that somebody can write to Redis does not mean that callers are told what they wrote.
 */
export function readStored(
  value: Buffer,
  key: string,
  macKey: Uint8Array,
): { readonly answer: MadeAnswer; readonly keepMs: number } | undefined {
  if (value.length < KEEP_DIGITS + MAC_BYTES) return undefined
  const keep = value.toString('latin1', 0, KEEP_DIGITS)
  const rest = value.subarray(KEEP_DIGITS + MAC_BYTES)
  if (!timingSafeEqual(value.subarray(KEEP_DIGITS, KEEP_DIGITS + MAC_BYTES), mac(macKey, key, keep, rest)))
    return undefined
  const end = rest.indexOf(LINE_END)
  const [rows = '0', etag = ''] = rest.toString('utf8', 0, end).split(' ')
  return { answer: { body: rest.subarray(end + 1), etag, rows: Number(rows) }, keepMs: Number(keep) }
}

function mac(macKey: Uint8Array, key: string, keep: string, rest: Buffer): Buffer {
  return createHmac('sha256', macKey).update(`${key.length}:${key}${keep}`).update(rest).digest()
}

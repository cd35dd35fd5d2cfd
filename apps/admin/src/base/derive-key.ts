import { hkdfSync } from 'node:crypto'

/** 32 bytes for one use of SECRET_KEY. */
export function derive(secretKey: string, label: string): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(secretKey, 'utf8'), new Uint8Array(0), label, 32))
}

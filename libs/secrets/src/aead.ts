import { createCipheriv, createDecipheriv } from 'node:crypto'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** A sealed value that cannot be read: another key, another place, or changed on the way. Says nothing about the value. */
export class SecretUnreadable extends Error {
  override readonly name = 'SecretUnreadable'
}

/** AES-256-GCM as base64url of nonce, ciphertext and tag. A nonce must never be used for two different texts under one key. */
export function encryptText(key: Uint8Array, nonce: Uint8Array, text: string, boundTo: string): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(boundTo, 'utf8'))
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

/** Reads what encryptText made with the same key and the same `boundTo`; throws SecretUnreadable otherwise. */
export function decryptText(key: Uint8Array, sealed: string, boundTo: string): string {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new SecretUnreadable('the sealed value is too short')
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(boundTo, 'utf8'))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
    return Buffer.concat([text, decipher.final()]).toString('utf8')
  } catch (cause) {
    throw new SecretUnreadable('the value was sealed with another key or for another place, or it was changed', {
      cause,
    })
  }
}

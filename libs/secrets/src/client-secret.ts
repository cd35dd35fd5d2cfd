import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** Makes leaked secrets findable for scanners. */
const PREFIX = 'psk_'
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 62^43 > 2^256 and 62^6 > 2^32: fixed lengths. */
const BODY_LENGTH = 43
const CHECKSUM_LENGTH = 6

/** Gives that many random bytes; node's own by default. */
export type RandomBytes = (count: number) => Uint8Array

/** A client secret of 256 random bits: `psk_`, 43 characters, 6 characters of checksum. */
export function newClientSecret(random: RandomBytes = randomBytes): string {
  const body = base62(random(32), BODY_LENGTH)
  return `${PREFIX}${body}${checksum(body)}`
}

/** True when the text has prefix, length and checksum of a generated secret: a typing error or a chance find has not. */
export function hasClientSecretForm(text: string): boolean {
  const body = text.slice(PREFIX.length, PREFIX.length + BODY_LENGTH)
  return text.startsWith(PREFIX) && body.length === BODY_LENGTH && text === `${PREFIX}${body}${checksum(body)}`
}

/** A key for signing tokens or for peppering hashes: 256 random bits as base64url text. The text's UTF-8 bytes are the key. */
export function newKeySecret(random: RandomBytes = randomBytes): string {
  return Buffer.from(random(32)).toString('base64url')
}

/**
 * Hex HMAC-SHA-256 of a client secret, keyed with the pepper. A fast hash is enough for secrets of 256 random bits, and keeps the token
 * endpoint cheap; people's passwords need argon2id instead.
 */
export function hashClientSecret(pepper: string, secret: string): string {
  return createHmac('sha256', pepper).update(secret, 'utf8').digest('hex')
}

/**
 * True when the secret's hash is one of the hashes. Takes the same time whichever matches; for an unknown client pass no hashes, the
 * work is nearly the same.
 */
export function clientSecretMatches(pepper: string, secret: string, hashes: readonly string[]): boolean {
  const claimed = Buffer.from(hashClientSecret(pepper, secret), 'hex')
  let found = false
  for (const hash of hashes.length === 0 ? [''] : hashes) {
    const known = Buffer.alloc(claimed.length)
    const written = known.write(hash, 'hex')
    const equal = timingSafeEqual(claimed, known)
    found = (equal && written === claimed.length) || found
  }
  return found
}

/** Compares two secrets of any length in a time that does not tell where they differ. */
export function secretsEqual(left: string, right: string): boolean {
  return timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest())
}

function checksum(body: string): string {
  return base62(
    createHash('sha256')
      .update(PREFIX + body)
      .digest()
      .subarray(0, 4),
    CHECKSUM_LENGTH,
  )
}

function base62(bytes: Uint8Array, length: number): string {
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
  let text = ''
  while (text.length < length) {
    text = DIGITS.charAt(Number(rest % 62n)) + text
    rest /= 62n
  }
  return text
}

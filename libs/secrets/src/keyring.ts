import { randomBytes } from 'node:crypto'
import { decryptText, encryptText, SecretUnreadable } from './aead.js'
import { derive } from './gateway-keys.js'

const FORM = 'v1'

/** Where a secret is stored. A ciphertext copied to another place cannot be read there. */
export interface StoredPlace {
  readonly table: string
  readonly row: string
  readonly column: string
}

/** Encrypts secrets at rest. Ciphertexts name their key, so that keys can be rotated while everything runs. */
export interface Keyring {
  /** Encrypts with the newest key and a random nonce: `v1.<key id>.<base64url>`. */
  encrypt(text: string, place: StoredPlace): string
  /** Reads what any key of the ring encrypted for this place; throws SecretUnreadable otherwise. */
  decrypt(ciphertext: string, place: StoredPlace): string
  /** True when the ciphertext was not made with the newest key; decrypt it, encrypt it again and store it. */
  needsRotation(ciphertext: string): boolean
  /** Id of the newest key. It tells nothing about the key. */
  readonly newestKeyId: string
}

/**
 * Opens a ring from the text of ENCRYPTION_KEY: one key, or several separated by commas with the newest first. Rotation: put a new
 * key in front, encrypt again what `needsRotation` names, take the old key away.
 */
export function openKeyring(encryptionKey: string): Keyring {
  const keys = encryptionKey
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map(keyOf)
  const newest = keys[0]
  if (newest === undefined) throw new RangeError('ENCRYPTION_KEY holds no key')
  const byId = new Map(keys.map((key) => [key.id, key.bytes]))
  return {
    newestKeyId: newest.id,
    encrypt: (text, place) =>
      `${FORM}.${newest.id}.${encryptText(newest.bytes, randomBytes(12), text, boundPlace(place))}`,
    decrypt(ciphertext, place) {
      const { keyId, body } = partsOf(ciphertext)
      const bytes = byId.get(keyId)
      if (bytes === undefined) throw new SecretUnreadable(`no key with id ${keyId} in ENCRYPTION_KEY`)
      return decryptText(bytes, body, boundPlace(place))
    },
    needsRotation: (ciphertext) => partsOf(ciphertext).keyId !== newest.id,
  }
}

function keyOf(text: string): { id: string; bytes: Uint8Array } {
  return {
    id: Buffer.from(derive(text, 'penstock/at-rest-key-id/1')).subarray(0, 6).toString('base64url'),
    bytes: derive(text, 'penstock/at-rest/1'),
  }
}

function partsOf(ciphertext: string): { keyId: string; body: string } {
  const [form, keyId, body, ...rest] = ciphertext.split('.')
  if (form !== FORM || keyId === undefined || body === undefined || rest.length > 0) {
    throw new SecretUnreadable('the value has not the form of a ciphertext')
  }
  return { keyId, body }
}

/** JSON, so that no two places have the same text. */
function boundPlace(place: StoredPlace): string {
  return JSON.stringify([place.table, place.row, place.column])
}

import { createHmac } from 'node:crypto'
import { decryptText, encryptText } from './aead.js'
import type { WrappingKey } from './gateway-keys.js'

/** Where a sealed value stands in a snapshot, for example entry `datasource:6f9c…`, field `password`. */
export interface SealedPlace {
  readonly entry: string
  readonly field: string
}

/**
 * Seals a credential for one field of one snapshot entry. Equal inputs give equal text, so that an unchanged entry keeps its hash:
 * the nonce is an HMAC over place and text. What an onlooker learns is only that a credential did not change.
 */
export function sealForEntry(key: WrappingKey, text: string, place: SealedPlace): string {
  const boundTo = boundPlace(place)
  const nonce = createHmac('sha256', key.nonce)
    .update(JSON.stringify([boundTo, text]), 'utf8')
    .digest()
    .subarray(0, 12)
  return encryptText(key.encryption, nonce, text, boundTo)
}

/** Opens what sealForEntry made for the same place; throws SecretUnreadable for another key, place or a changed value. */
export function openSealed(key: WrappingKey, sealed: string, place: SealedPlace): string {
  return decryptText(key.encryption, sealed, boundPlace(place))
}

/** JSON, so that no two places have the same text. */
function boundPlace(place: SealedPlace): string {
  return JSON.stringify([place.entry, place.field])
}

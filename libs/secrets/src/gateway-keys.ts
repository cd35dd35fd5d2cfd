import { hkdfSync } from 'node:crypto'

/** The two halves of the key that credentials in snapshot entries are sealed with. */
export interface WrappingKey {
  readonly encryption: Uint8Array
  readonly nonce: Uint8Array
}

/** Everything that the planes derive from GATEWAY_KEY. Both sides derive the same; none of them tells anything about another. */
export interface GatewayKeys {
  /** The bearer token of the internal routes. */
  readonly serviceToken: string
  /** Key of the manifest's HMAC. */
  readonly manifestKey: Uint8Array
  readonly wrappingKey: WrappingKey
  /** Key of the HMACs of answers that gateways share through Redis. */
  readonly cacheKey: Uint8Array
  /** Key of the HMACs of cursors, which lead callers from page to page through any gateway. */
  readonly cursorKey: Uint8Array
}

/** Derives the keys between the planes from GATEWAY_KEY, by HKDF-SHA-256 with one label per use. */
export function deriveGatewayKeys(gatewayKey: string): GatewayKeys {
  return {
    serviceToken: Buffer.from(derive(gatewayKey, 'penstock/service-token/1')).toString('base64url'),
    manifestKey: derive(gatewayKey, 'penstock/manifest-hmac/1'),
    cacheKey: derive(gatewayKey, 'penstock/answer-cache-hmac/1'),
    cursorKey: derive(gatewayKey, 'penstock/cursor-hmac/1'),
    wrappingKey: {
      encryption: derive(gatewayKey, 'penstock/sealed-encryption/1'),
      nonce: derive(gatewayKey, 'penstock/sealed-nonce/1'),
    },
  }
}

/**
 * The GATEWAY_KEY that the starter gives to the gateway when none is set: derived from SECRET_KEY, which the gateway never holds
 * and cannot compute back.
 */
export function deriveGatewayKey(secretKey: string): string {
  return Buffer.from(derive(secretKey, 'penstock/gateway-key/1')).toString('base64url')
}

/** 32 bytes for one use of a secret. Without a salt: the secrets are long and random, and both planes must come to the same. */
export function derive(secret: string, label: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', Buffer.from(secret, 'utf8'), new Uint8Array(0), label, 32))
}

/** A key that signs and verifies client tokens; times are seconds since 1970. */
export interface TokenKey {
  readonly kid: string
  /** At least 32 bytes, as RFC 7518 section 3.2 asks of HS256. */
  readonly secret: Uint8Array
  readonly notBefore: number
  readonly notAfter: number | null
}

/** What a valid token says. */
export interface TokenClaims {
  readonly clientId: string
  readonly issuedAt: number
  readonly expiresAt: number
}

/** The keys of one snapshot. */
export interface TokenKeys {
  readonly byKid: ReadonlyMap<string, TokenKey>
}

const KEY_BYTES_MIN = 32

/** Gathers the keys. Throws when one is too short: such a key could be guessed. */
export function tokenKeys(keys: readonly TokenKey[]): TokenKeys {
  for (const { kid, secret } of keys) {
    if (secret.length < KEY_BYTES_MIN)
      throw new RangeError(`token key ${kid} has ${secret.length} bytes, at least ${KEY_BYTES_MIN} are needed`)
  }
  return { byKid: new Map(keys.map((key) => [key.kid, key])) }
}

/** The key that signs now: the newest whose time has come and is not over; undefined when there is none. */
export function signingKey(keys: TokenKeys, nowSeconds: number): TokenKey | undefined {
  return [...keys.byKid.values()]
    .filter(({ notBefore, notAfter }) => notBefore <= nowSeconds && (notAfter === null || notAfter > nowSeconds))
    .sort((left, right) => right.notBefore - left.notBefore || (left.kid < right.kid ? 1 : -1))[0]
}

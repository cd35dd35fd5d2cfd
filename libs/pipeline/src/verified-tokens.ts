import { verifyToken, type TokenClaims, type TokenKeys, type TokenVerdict } from '@penstock/access-tokens'

interface Known {
  readonly claims: TokenClaims
  /** Seconds since 1970: from then on the token is verified again. */
  readonly until: number
}

// An entry is some 500 bytes: 2 × 10,000 tokens in use at a time are 10 MB.
const GENERATION_MAX = 10_000
// How long a key that ended is still believed at most. Everything else about a token is looked at in every call.
const BELIEVED_SECONDS = 10

/**
 * Tokens that were found valid a moment ago, so that a client that calls often pays for one HMAC in ten seconds and not for one per call.
 * Belongs to the keys that verified them: other keys are another object, and know nothing of it.
 */
class VerifiedTokens {
  #young = new Map<string, Known>()
  #old = new Map<string, Known>()

  constructor(readonly keys: TokenKeys) {}

  verify(token: string, nowSeconds: number): TokenVerdict {
    const known = this.#young.get(token) ?? this.#old.get(token)
    if (known !== undefined && nowSeconds < known.until) return { kind: 'valid', claims: known.claims }
    const verdict = verifyToken(token, this.keys, nowSeconds)
    if (verdict.kind === 'valid') this.#remember(token, verdict.claims, nowSeconds)
    return verdict
  }

  /** Two generations: what was not used again for a whole generation is forgotten at no cost. */
  #remember(token: string, claims: TokenClaims, nowSeconds: number): void {
    if (this.#young.size >= GENERATION_MAX) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(token, { claims, until: Math.min(claims.expiresAt, nowSeconds + BELIEVED_SECONDS) })
  }
}

const byKeys = new WeakMap<TokenKeys, VerifiedTokens>()

/** Says whether a client token is valid now, as verifyToken does. */
export function verifyOnce(token: string, keys: TokenKeys, nowSeconds: number): TokenVerdict {
  let verified = byKeys.get(keys)
  if (verified === undefined) {
    verified = new VerifiedTokens(keys)
    byKeys.set(keys, verified)
  }
  return verified.verify(token, nowSeconds)
}

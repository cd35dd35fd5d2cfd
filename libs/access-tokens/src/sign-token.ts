import { SignJWT } from 'jose'
import type { TokenKey } from './token-keys.js'

export const TOKEN_ISSUER = 'penstock'
export const TOKEN_AUDIENCE = 'penstock-gateway'
/** RFC 9068: an access token, so that a token made for anything else is not taken for one. */
export const TOKEN_TYPE = 'at+jwt'

export interface TokenGrant {
  readonly clientId: string
  readonly expireSeconds: number
  readonly nowSeconds: number
  /**
   * The client's revocation time: older tokens are refused. A token is never issued before it, even when it was set later in this same second,
   * or by a clock that is ahead of ours.
   */
  readonly validFromSeconds: number
  /** A random id, so that no two tokens are alike. */
  readonly tokenId: string
}

/** Signs a client token with HS256 under the key's `kid`. */
export function signToken(key: TokenKey, grant: TokenGrant): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256', typ: TOKEN_TYPE, kid: key.kid })
    .setIssuer(TOKEN_ISSUER)
    .setAudience(TOKEN_AUDIENCE)
    .setSubject(grant.clientId)
    .setIssuedAt(Math.max(grant.nowSeconds, grant.validFromSeconds))
    .setExpirationTime(grant.nowSeconds + grant.expireSeconds)
    .setJti(grant.tokenId)
    .sign(key.secret)
}

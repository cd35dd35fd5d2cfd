import { createHash } from 'node:crypto'
import { errors, jwtVerify, type JWTVerifyResult, type ProtectedHeaderParameters } from 'jose'
import { TOKEN_AUDIENCE, TOKEN_ISSUER, TOKEN_TYPE } from './sign-token.js'
import type { TokenClaims, TokenKey, TokenKeys, VerifiedToken } from './token-keys.js'

export type TokenVerdict =
  | { readonly kind: 'valid'; readonly claims: TokenClaims }
  /** `why` is for logs; every caller reads the same sentence. */
  | { readonly kind: 'rejected'; readonly why: string }

const TOKEN_BYTES_MAX = 8192
/** How far the clocks of two gateways may be apart. */
const LEEWAY_SECONDS = 60
/** The longest life that a client can be given; a token that claims more was not made by us. */
const LIFE_SECONDS_MAX = 86_400

/**
 * Says whether a client token is valid now: algorithm and key by our own record of the `kid`, never by the token's word; issuer, audience,
 * type, expiry and times are all required. A token seen before costs one hash and answers synchronously.
 */
export function verifyToken(token: string, keys: TokenKeys, nowSeconds: number): TokenVerdict | Promise<TokenVerdict> {
  if (token.length > TOKEN_BYTES_MAX) return rejected('longer than 8 KiB')
  const name = createHash('sha256').update(token).digest('base64')
  const seen = keys.verified.get(name)
  return seen === undefined ? verifyAnew(token, name, keys, nowSeconds) : verdictOn(seen, nowSeconds)
}

async function verifyAnew(token: string, name: string, keys: TokenKeys, nowSeconds: number): Promise<TokenVerdict> {
  let key: TokenKey | undefined
  const keyOf = (header: ProtectedHeaderParameters): Uint8Array => {
    key = typeof header.kid === 'string' ? keys.byKid.get(header.kid) : undefined
    if (key === undefined) throw new errors.JWKSNoMatchingKey()
    return key.secret
  }
  let checked: JWTVerifyResult
  try {
    checked = await jwtVerify(token, keyOf, {
      algorithms: ['HS256'],
      issuer: TOKEN_ISSUER,
      audience: TOKEN_AUDIENCE,
      typ: TOKEN_TYPE,
      requiredClaims: ['sub', 'iat', 'exp', 'jti'],
      currentDate: new Date(nowSeconds * 1000),
    })
  } catch (error) {
    return rejected(error instanceof Error ? error.message : 'not a token')
  }
  const { sub, iat, exp } = checked.payload
  if (typeof sub !== 'string' || sub === '' || iat === undefined || exp === undefined || key === undefined)
    return rejected('a claim is missing')
  if (iat > nowSeconds + LEEWAY_SECONDS) return rejected('issued in the future')
  if (exp - iat > LIFE_SECONDS_MAX) return rejected('lives longer than any token that is issued here')
  if (key.notBefore > nowSeconds + LEEWAY_SECONDS) return rejected('the time of its key has not come')
  const verified: VerifiedToken = { clientId: sub, issuedAt: iat, expiresAt: exp, keyNotAfter: key.notAfter }
  keys.verified.set(name, verified)
  return verdictOn(verified, nowSeconds)
}

function verdictOn(verified: VerifiedToken, nowSeconds: number): TokenVerdict {
  if (verified.expiresAt <= nowSeconds) return rejected('expired')
  if (verified.keyNotAfter !== null && verified.keyNotAfter <= nowSeconds)
    return rejected('the time of its key is over')
  return { kind: 'valid', claims: verified }
}

function rejected(why: string): TokenVerdict {
  return { kind: 'rejected', why }
}

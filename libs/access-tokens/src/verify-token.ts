import { createHmac, timingSafeEqual } from 'node:crypto'
import { TOKEN_AUDIENCE, TOKEN_ISSUER, TOKEN_TYPE } from './sign-token.js'
import type { TokenClaims, TokenKey, TokenKeys } from './token-keys.js'

export type TokenVerdict =
  | { readonly kind: 'valid'; readonly claims: TokenClaims }
  /** `why` is for logs; every caller reads the same sentence. */
  | { readonly kind: 'rejected'; readonly why: string }

const TOKEN_LENGTH_MAX = 8192
/** How far the clocks of two gateways may be apart. */
const LEEWAY_SECONDS = 60
/** The longest life that a client can be given; a token that claims more was not made by us. */
const LIFE_SECONDS_MAX = 86_400
/** Three parts of unpadded base64url (RFC 7515 section 7.1): encrypted tokens have five. */
const COMPACT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/

/**
 * Says whether a client token is valid now. Key and algorithm follow from our own record of the `kid`, never from what the token says:
 * there is one algorithm, HS256. Type, issuer, audience, subject, id and times are all required, and nothing of the payload is read before
 * the signature was found right. Synchronous and about 10 µs, so that a flood of bad tokens costs no more than other requests.
 */
export function verifyToken(token: string, keys: TokenKeys, nowSeconds: number): TokenVerdict {
  if (token.length > TOKEN_LENGTH_MAX) return rejected('longer than 8 KiB')
  const [, head, body, signature] = COMPACT.exec(token) ?? []
  if (head === undefined || body === undefined || signature === undefined)
    return rejected('not three parts of base64url')
  const header = objectOf(head)
  if (header === undefined) return rejected('the header is no JSON object')
  const fault = headerFault(header)
  if (fault !== undefined) return rejected(fault)
  const kid = header['kid']
  const key = typeof kid === 'string' ? keys.byKid.get(kid) : undefined
  if (key === undefined) return rejected('no key has this kid')
  if (!isSignedWith(key, `${head}.${body}`, signature)) return rejected('the signature is wrong')
  const payload = objectOf(body)
  return payload === undefined ? rejected('the payload is no JSON object') : judge(payload, key, nowSeconds)
}

function headerFault(header: Readonly<Record<string, unknown>>): string | undefined {
  if (header['alg'] !== 'HS256') return 'the algorithm is not the one of our keys'
  if (header['typ'] !== TOKEN_TYPE) return 'not a token of this type'
  // Extensions that must be understood (RFC 7515 section 4.1.11), unencoded payloads among them: none is.
  if ('crit' in header || 'b64' in header) return 'the header asks for an extension'
  return undefined
}

/** Compares the texts, so that no second way to write the same signature is taken. */
function isSignedWith(key: TokenKey, signed: string, signature: string): boolean {
  const expected = createHmac('sha256', key.secret).update(signed, 'utf8').digest('base64url')
  return signature.length === expected.length && timingSafeEqual(Buffer.from(signature), Buffer.from(expected))
}

function judge(payload: Readonly<Record<string, unknown>>, key: TokenKey, nowSeconds: number): TokenVerdict {
  const { iss, aud, sub, jti, iat, exp, nbf } = payload
  if (iss !== TOKEN_ISSUER) return rejected('from another issuer')
  if (aud !== TOKEN_AUDIENCE) return rejected('for another audience')
  if (!isText(sub) || !isText(jti) || !isTime(iat) || !isTime(exp)) return rejected('a claim is missing')
  if (nbf !== undefined && !(isTime(nbf) && nbf <= nowSeconds + LEEWAY_SECONDS)) return rejected('not valid yet')
  if (exp <= nowSeconds) return rejected('expired')
  if (iat > nowSeconds + LEEWAY_SECONDS) return rejected('issued in the future')
  if (exp - iat > LIFE_SECONDS_MAX) return rejected('lives longer than any token that is issued here')
  if (key.notBefore > nowSeconds + LEEWAY_SECONDS) return rejected('the time of its key has not come')
  if (key.notAfter !== null && key.notAfter <= nowSeconds) return rejected('the time of its key is over')
  return { kind: 'valid', claims: { clientId: sub, issuedAt: iat, expiresAt: exp } }
}

function objectOf(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(claim: unknown): claim is string {
  return typeof claim === 'string' && claim !== ''
}

function isTime(claim: unknown): claim is number {
  return typeof claim === 'number' && Number.isFinite(claim)
}

function rejected(why: string): TokenVerdict {
  return { kind: 'rejected', why }
}

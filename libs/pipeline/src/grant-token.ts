import { signingKey, signToken } from '@penstock/access-tokens'
import { AppError } from '@penstock/errors'
import { clientSecretMatches } from '@penstock/secrets'
import { screenAddress } from './address-rule.js'
import type { ClientPlan, CompiledSnapshot } from './compiled-snapshot.js'

export interface TokenRequest {
  readonly clientId: string
  readonly clientSecret: string
  /** Where the request comes from. */
  readonly ip: string
}

export interface GrantedToken {
  readonly accessToken: string
  readonly expiresIn: number
  /** Seconds since 1970. */
  readonly expiresAt: number
}

export interface GrantOptions {
  readonly nowMs: number
  /** Where the client has no expiry of its own. */
  readonly expireSeconds: number
  /** A random id. */
  readonly tokenId: string
}

// Verifying refuses tokens that live longer than a day, see access-tokens.
const EXPIRE_SECONDS_MAX = 86_400

/**
 * Gives a client its token. Throws CLIENT_REJECTED with one sentence whether the client is unknown, inactive or has another secret, after
 * nearly the same work; ADDRESS_DENIED when the secret is right and comes from where the client may not call from; API_BROKEN when the snapshot holds no key to sign with.
 */
export async function grantToken(
  snapshot: CompiledSnapshot,
  request: TokenRequest,
  options: GrantOptions,
): Promise<GrantedToken> {
  const client = snapshot.clientsByName.get(request.clientId)
  const matches = secretMatches(snapshot.peppers, request.clientSecret, client?.secretHashes ?? [])
  if (client === undefined || !client.isActive || !matches) {
    throw new AppError('CLIENT_REJECTED', reasonFor(client, matches))
  }
  screenAddress(client.mayCallFrom, request.ip)
  const nowSeconds = Math.floor(options.nowMs / 1000)
  const key = signingKey(snapshot.tokenKeys, nowSeconds)
  if (key === undefined) throw new AppError('API_BROKEN', 'the snapshot holds no key to sign client tokens with')
  const expiresIn = Math.min(client.tokenExpireSeconds ?? options.expireSeconds, EXPIRE_SECONDS_MAX)
  const accessToken = await signToken(key, {
    clientId: client.clientId,
    expireSeconds: expiresIn,
    nowSeconds,
    validFromSeconds: client.tokensValidFrom,
    tokenId: options.tokenId,
  })
  return { accessToken, expiresIn, expiresAt: nowSeconds + expiresIn }
}

function secretMatches(peppers: readonly string[], secret: string, hashes: readonly string[]): boolean {
  // All peppers are tried, also after a match, so that time does not tell which one it was.
  return peppers.map((pepper) => clientSecretMatches(pepper, secret, hashes)).includes(true)
}

function reasonFor(client: ClientPlan | undefined, matches: boolean): string {
  if (client === undefined) return 'the client does not exist'
  return matches ? `client ${client.clientId} is not active` : `client ${client.clientId} sent another secret`
}

import { bearerToken, mayCall } from '@penstock/access-tokens'
import { AppError } from '@penstock/errors'
import { screenAddress } from './address-rule.js'
import type { CallHead, CallTrace } from './call.js'
import type { ApiPlan, ClientPlan, CompiledSnapshot } from './compiled-snapshot.js'
import { verifyOnce } from './verified-tokens.js'

/** Says in what way a caller has to prove who it is (RFC 6750 section 3). */
const CHALLENGE = { headers: { 'WWW-Authenticate': 'Bearer' } }

/**
 * The client behind a call of a private API: its token is valid, it is active, and the token is younger than its newest revocation. Throws
 * TOKEN_REJECTED with the same sentence whatever was wrong, and ADDRESS_DENIED when the client may not call from where the call comes from:
 * a token that was carried off is of no use elsewhere.
 */
export function authenticate(snapshot: CompiledSnapshot, head: CallHead, nowMs: number, trace: CallTrace): ClientPlan {
  const token = bearerToken(head.headers['authorization'])
  if (token === undefined) throw rejected('no bearer token')
  const verdict = verifyOnce(token, snapshot.tokenKeys, Math.floor(nowMs / 1000))
  if (verdict.kind === 'rejected') throw rejected(verdict.why)
  const { clientId, issuedAt } = verdict.claims
  trace.clientId = clientId
  const client = snapshot.clientsByName.get(clientId)
  if (client === undefined) throw rejected(`client ${clientId} does not exist`)
  if (!client.isActive) throw rejected(`client ${clientId} is not active`)
  if (issuedAt < client.tokensValidFrom) throw rejected('the token was revoked')
  screenAddress(client.mayCallFrom, head.ip)
  return client
}

/** Throws ACCESS_DENIED unless the client is linked to the API directly or through an active group. */
export function authorise(snapshot: CompiledSnapshot, client: ClientPlan, plan: ApiPlan): void {
  if (!mayCall(client, snapshot.groups, plan.id)) {
    throw new AppError('ACCESS_DENIED', `client ${client.clientId} has no grant for ${plan.called.name}`)
  }
}

function rejected(why: string): AppError {
  return new AppError('TOKEN_REJECTED', why, CHALLENGE)
}

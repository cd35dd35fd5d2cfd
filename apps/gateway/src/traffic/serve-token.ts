import { randomUUID } from 'node:crypto'
import { AppError } from '@penstock/errors'
import { retryAfter, type AdmissionStore } from '@penstock/limits'
import { grantToken, type CallBody, type CompiledSnapshot, type GrantedToken } from '@penstock/pipeline'
import { JSON_TYPE, type Exchange } from './exchange.js'
import { readBody } from './read-body.js'

export interface TokenService {
  readonly snapshot: { readonly current: CompiledSnapshot | undefined }
  readonly admission: AdmissionStore
  /** Per minute and address; 0: no limit. */
  readonly tokensPerMinute: number
  readonly expireSeconds: number
  readonly getEnabled: boolean
  now(): number
}

const BODY_BYTES_MAX = 16_384
const MINUTE_MS = 60_000

/** Answers POST /api/token/generate. Never rejects. */
export async function serveToken(exchange: Exchange, service: TokenService): Promise<void> {
  try {
    await admitToken(exchange, service)
    const asked = credentialsOf(await readBody(exchange.request, BODY_BYTES_MAX))
    if ((asked['grant_type'] ?? 'client_credentials') !== 'client_credentials')
      throw new AppError('GRANT_TYPE_UNSUPPORTED')
    const granted = await grant(exchange, service, asked['client_id'], asked['client_secret'])
    reply(exchange, { access_token: granted.accessToken, token_type: 'bearer', expires_in: granted.expiresIn })
  } catch (error) {
    exchange.fail(error)
  }
}

/** Answers GET /api/token/generate, for callers that cannot do otherwise. Never rejects. */
export async function serveTokenByGet(exchange: Exchange, service: TokenService): Promise<void> {
  try {
    if (!service.getEnabled) throw new AppError('TOKEN_GET_DISABLED')
    await admitToken(exchange, service)
    const query = new URLSearchParams(exchange.head.rawQuery)
    const granted = await grant(exchange, service, query.get('clientId') ?? '', query.get('secret') ?? '')
    reply(exchange, { token: granted.accessToken, expireAt: granted.expiresAt })
  } catch (error) {
    exchange.fail(error)
  }
}

/** Guessing secrets is limited by the address that guesses. */
async function admitToken({ head }: Exchange, { admission, tokensPerMinute }: TokenService): Promise<void> {
  if (tokensPerMinute === 0) return
  const rate = { name: 'token', key: `token:ip:${head.ip}`, limit: tokensPerMinute, windowMs: MINUTE_MS }
  const answer = await admission.admit({
    caller: `token:ip:${head.ip}`,
    concurrency: [],
    rates: [rate],
    whenAway: 'local',
  })
  if (answer.kind === 'admitted') return answer.release()
  throw new AppError('RATE_LIMITED', 'too many tokens asked for', { headers: retryAfter(answer.retryAfterMs) })
}

async function grant(
  { trace, head }: Exchange,
  service: TokenService,
  clientId: unknown,
  clientSecret: unknown,
): Promise<GrantedToken> {
  const snapshot = service.snapshot.current
  if (snapshot === undefined) throw new AppError('NOT_READY', 'no snapshot yet', { headers: { 'Retry-After': '1' } })
  if (typeof clientId !== 'string' || typeof clientSecret !== 'string') {
    throw new AppError('CLIENT_REJECTED', 'client_id or client_secret is missing')
  }
  trace.clientId = clientId.slice(0, 255)
  const options = { nowMs: service.now(), expireSeconds: service.expireSeconds, tokenId: randomUUID() }
  return grantToken(snapshot, { clientId, clientSecret, ip: head.ip }, options)
}

/** Read by name only, so a member called `__proto__` does no harm. */
function credentialsOf(body: CallBody): Readonly<Record<string, unknown>> {
  if (body.kind === 'none') return {}
  if (body.kind === 'form') return Object.fromEntries(new URLSearchParams(body.text))
  const parsed = parseJson(body.text)
  if (typeof parsed !== 'object' || parsed === null) throw new AppError('BODY_INVALID', 'the body is not an object')
  return { ...parsed }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new AppError('BODY_INVALID', 'the body is not JSON', { message: 'Invalid JSON body' }, { cause: error })
  }
}

function reply(exchange: Exchange, body: object): void {
  exchange.answer({ status: 200, headers: { Pragma: 'no-cache' }, contentType: JSON_TYPE, body: JSON.stringify(body) })
}

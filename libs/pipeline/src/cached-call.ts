import { matchesEtag, strongEtag, type CachedAnswer, type Lead } from '@penstock/answer-cache'
import { AppError } from '@penstock/errors'
import type { Envelope } from '@penstock/result-shape'
import { cacheKey } from './cache-policy.js'
import { newTrace, type Call, type CallAnswer, type CallCache } from './call.js'
import type { ApiPlan, CachePolicy, CompiledSnapshot } from './compiled-snapshot.js'
import { activeDatasource, overdue } from './datasource-of-call.js'
import type { CallParams } from './read-call-params.js'

/** Makes the answer anew, for this call or, with a signal and a trace of its own, for those that come. */
export type MakeAnswer = (call: Call) => Promise<Envelope>

/** A call whose answer may be kept. */
export interface CachedCall {
  readonly plan: ApiPlan
  readonly params: CallParams
  readonly policy: CachePolicy
  readonly cache: CallCache
}

type Outcome = 'HIT' | 'STALE' | 'MISS'
const OUTCOMES = { HIT: 'hit', STALE: 'stale', MISS: 'miss' } as const

/**
 * Gives the answer that is kept, or makes it, one call at a time for all who want the same; at once, without a promise, when this process
 * has it. Fails as the call itself would.
 */
export function cachedCall(
  snapshot: CompiledSnapshot,
  call: Call,
  cached: CachedCall,
  make: MakeAnswer,
): CallAnswer | Promise<CallAnswer> {
  const { policy, cache, params, plan } = cached
  const { ports } = call
  const datasource = plan.datasourceId === undefined ? undefined : activeDatasource(snapshot, plan)
  const key = cacheKey(policy, datasource, ports.settings, params, call)
  const held = cache.answers.held(key)
  if (held !== undefined) {
    const ageMs = ports.monotonicMs() - held.madeAtMs
    if (ageMs < policy.ttlMs) return keptAnswer(call, cached, held, 'HIT')
    if (ageMs < policy.ttlMs + policy.staleMs) {
      refresh(call, cached, key, make)
      return keptAnswer(call, cached, held, 'STALE')
    }
  }
  return claimed(call, cached, key, make)
}

async function claimed(call: Call, cached: CachedCall, key: string, make: MakeAnswer): Promise<CallAnswer> {
  const { cache, policy } = cached
  const stopClock = deadline(call, cached.plan)
  try {
    const claim = await cache.answers.claim(key, { ageMsMax: policy.ttlMs, signal: call.signal })
    if (claim.kind === 'found') return keptAnswer(call, cached, claim.answer, 'HIT')
    const envelope = claim.kind === 'lead' ? await lead(claim.lead, call, make) : await make(call)
    const body = Buffer.from(envelope.body)
    const etag = claim.kind === 'lead' ? keep(claim.lead, cached, envelope, body) : undefined
    return answerOf(call, policy, { body, etag, ageMs: 0, outcome: 'MISS' })
  } finally {
    stopClock()
  }
}

/** Those who wait go on by themselves when the caller went away, and fail alike when the data source did. */
async function lead(own: Lead, call: Call, make: MakeAnswer): Promise<Envelope> {
  try {
    // The lead may have come after its caller had gone.
    call.signal.throwIfAborted()
    return await make(call)
  } catch (error) {
    if (error instanceof AppError && !ENDED_BY_CALLER.includes(error.code)) own.fail(error)
    else own.abandon()
    throw error
  }
}

const ENDED_BY_CALLER: readonly string[] = ['CALLER_GONE', 'NOT_READY']

function keep(own: Lead, { cache, policy }: CachedCall, envelope: Envelope, body: Uint8Array): string | undefined {
  if (body.byteLength > cache.answerBytesMax) {
    own.refuse()
    return undefined
  }
  const etag = strongEtag(body)
  own.store({ body, etag, rows: envelope.rowCount }, policy.ttlMs + policy.staleMs)
  return etag
}

/** Makes a new answer in the background. It counts in no limit: it is nobody's call, and there is one at a time for all callers. */
function refresh(call: Call, cached: CachedCall, key: string, make: MakeAnswer): void {
  const { cache, policy } = cached
  cache.refreshes.start(key, async (signal) => {
    const own: Call = { ...call, signal, trace: newTrace() }
    const stopClock = deadline(own, cached.plan)
    try {
      const claim = await cache.answers.claim(key, { ageMsMax: policy.ttlMs, signal })
      if (claim.kind !== 'lead') return
      const envelope = await lead(claim.lead, own, make)
      keep(claim.lead, cached, envelope, Buffer.from(envelope.body))
    } finally {
      stopClock()
    }
  })
}

/** Waiting for another's answer is part of the call's time. */
function deadline({ ports, signal }: Call, plan: ApiPlan): () => void {
  const timeoutMs = plan.timeoutMs ?? ports.settings.executionTimeoutMs
  const timer = setTimeout(() => signal.abort(overdue(timeoutMs)), timeoutMs)
  return () => clearTimeout(timer)
}

function keptAnswer(call: Call, { policy }: CachedCall, kept: CachedAnswer, outcome: Outcome): CallAnswer {
  const ageMs = call.ports.monotonicMs() - kept.madeAtMs
  call.trace.rows = kept.rows
  return answerOf(call, policy, { body: kept.body, etag: kept.etag, ageMs, outcome })
}

interface Given {
  readonly body: Uint8Array
  /** Undefined: it was not kept. */
  readonly etag: string | undefined
  readonly ageMs: number
  readonly outcome: Outcome
}

const NOTHING = new Uint8Array(0)

/**
 * Caches on the way may keep it and must ask each time: only so do a publish, a purge, limits and grants hold at once. Asking is cheap: who
 * has the body gets 304.
 */
function answerOf(call: Call, policy: CachePolicy, { body, etag, ageMs, outcome }: Given): CallAnswer {
  call.trace.cache = OUTCOMES[outcome]
  const headers: Record<string, string> = {
    'Cache-Control': policy.isPublic ? 'public, no-cache' : 'private, no-cache',
    'X-Cache': outcome,
  }
  if (outcome !== 'MISS') headers['Age'] = String(Math.max(0, Math.floor(ageMs / 1000)))
  if (etag === undefined) return { body, headers }
  headers['ETag'] = etag
  const { method, headers: asked } = call.head
  const isRead = method === 'GET' || method === 'HEAD'
  if (isRead && matchesEtag(asked['if-none-match'], etag)) return { status: 304, body: NOTHING, headers }
  return { body, headers }
}

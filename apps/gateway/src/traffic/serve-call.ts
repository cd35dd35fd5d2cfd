import { AppError } from '@penstock/errors'
import { runCall, type CallPorts, type CallSignal, type CompiledSnapshot } from '@penstock/pipeline'
import { preflightHeaders } from './cors.js'
import { JSON_TYPE, type Exchange } from './exchange.js'
import { readBody, refuseDeclaredSize } from './read-body.js'
import type { CallsOfTurn } from './calls-of-turn.js'

/** What calls of APIs need beside the exchange. */
export interface CallService {
  readonly snapshot: { readonly current: CompiledSnapshot | undefined }
  readonly ports: CallPorts
  readonly bodyBytesMax: number
  /** Lets the shutdown know of a call; the returned function says that it is over. */
  inFlight(call: CallSignal): () => void
  readonly turn: CallsOfTurn
  /** Throws when there is no room for one more call; asked before anything is read. */
  screen(): void
}

/** Answers one request under /api. */
export function serveCall(exchange: Exchange, service: CallService): void {
  const leave = service.inFlight(exchange.signal)
  service.turn.begins.add(() => {
    // The caller went away meanwhile, and was told of as such.
    if (exchange.signal.aborted) leave()
    else void answerCall(exchange, service, leave)
  })
}

/** Never rejects. */
async function answerCall(exchange: Exchange, service: CallService, leave: () => void): Promise<void> {
  const answer = await run(exchange, service)
  // Places in flight that were given back in this turn are on their way before its answers are written.
  service.turn.answers.add(() => {
    try {
      answer()
    } catch (error) {
      exchange.fail(error)
    } finally {
      leave()
    }
  })
}

/** Runs the call; what it resolves with writes the answer. */
async function run(exchange: Exchange, service: CallService): Promise<() => void> {
  try {
    service.screen()
    // Once, here: what is published while this call runs is for the calls after it.
    const snapshot = service.snapshot.current
    refuseDeclaredSize(exchange.request, service.bodyBytesMax)
    if (snapshot === undefined) throw new AppError('NOT_READY', 'no snapshot yet', { headers: { 'Retry-After': '1' } })
    if (exchange.head.method === 'OPTIONS') return () => preflight(exchange, snapshot)
    const {
      body,
      status = 200,
      contentType = JSON_TYPE,
      headers = NO_HEADERS,
    } = await runCall(snapshot, {
      requestId: exchange.requestId,
      head: exchange.head,
      ports: service.ports,
      readBody: () => readBody(exchange.request, service.bodyBytesMax),
      openStream: (head) => exchange.openStream(head),
      trace: exchange.trace,
      signal: exchange.signal,
    })
    if (body === undefined) return () => exchange.streamed()
    return () => exchange.answer({ status, headers, contentType, body })
  } catch (error) {
    return () => exchange.fail(error)
  }
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({})

function preflight(exchange: Exchange, snapshot: CompiledSnapshot): void {
  exchange.answer({ status: 204, headers: preflightHeaders(snapshot, exchange.head), contentType: JSON_TYPE, body: '' })
}

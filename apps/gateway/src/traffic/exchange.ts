import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError, AuthoredError, CATALOGUE, toProblem } from '@penstock/errors'
import type { Observe } from '@penstock/observations'
import { CallSignal, newTrace, type CallHead, type CallTrace, type StreamHead } from '@penstock/pipeline'
import { callerAddress } from './caller-address.js'
import { contentCoding } from './content-coding.js'
import { corsHeaders } from './cors.js'
import { requestIdOf } from './request-id.js'
import { StreamBody } from './stream-body.js'
import type { CallTracer } from '../tracing/call-tracer.js'
import { writeAnswer, writeStreamHead, type Answer, type HeadOptions } from './write-answer.js'

/** What all exchanges of a server share. */
export interface ExchangeContext {
  readonly observe: Observe
  readonly trustedProxyCount: number
  /** Whether answers may carry the operator's sentence. */
  readonly showsDetails: boolean
  /** True while the process is being shut down: connections are not kept then. */
  isDraining(): boolean
  /** Undefined: nothing is traced. */
  readonly tracer: CallTracer | undefined
  now(): number
  monotonicMs(): number
}

const API_PREFIX = '/api'

/**
 * One request and its one answer: reads the head, writes the answer once, and tells the one fact about it. Aborts when the caller goes
 * away before its answer was written.
 */
export class Exchange {
  readonly signal = new CallSignal()
  readonly trace: CallTrace = newTrace()
  readonly requestId: string
  readonly head: CallHead
  readonly path: string
  readonly #atMs: number
  readonly #startedMs: number
  #done = false
  #traceHeaders: Readonly<Record<string, string>> | undefined
  #stream: StreamBody | 'head only' | undefined

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    readonly context: ExchangeContext,
  ) {
    this.#atMs = context.now()
    this.#startedMs = context.monotonicMs()
    const { headers, url = '/' } = request
    this.requestId = requestIdOf(headers['x-request-id'])
    const question = url.indexOf('?')
    this.path = question < 0 ? url : url.slice(0, question)
    this.head = {
      method: request.method ?? 'GET',
      rawPath: this.path.startsWith(API_PREFIX) ? this.path.slice(API_PREFIX.length) : this.path,
      rawQuery: question < 0 ? '' : url.slice(question + 1),
      headers,
      ip: callerAddress(
        headerText(headers['x-forwarded-for']),
        request.socket.remoteAddress,
        context.trustedProxyCount,
      ),
    }
    if (context.tracer !== undefined) this.#trace(context.tracer)
    response.once('close', () => this.#closed())
  }

  /** Who traces its call learns under which span it went on. */
  #trace(tracer: CallTracer): void {
    const traced = tracer.begin(this.request.headers['traceparent'])
    if (traced === undefined) return
    this.trace.traced = traced
    this.#traceHeaders = tracer.headersOf(traced)
  }

  /** Answers with success. */
  answer(answer: Answer): void {
    this.#write(answer, undefined, undefined)
  }

  /** Sends the head of a streamed answer; `streamed` or `fail` end it. */
  openStream({ contentType, fileName }: StreamHead): StreamBody | undefined {
    const { response, request, head } = this
    const coding = contentCoding(head.headers['accept-encoding'])
    const headers: Record<string, string> = { 'Content-Type': contentType }
    if (fileName !== undefined) headers['Content-Disposition'] = `attachment; filename="${fileName}"`
    if (coding !== undefined) headers['Content-Encoding'] = coding
    writeStreamHead(response, headers, this.#headOptions(this.context.isDraining()))
    if (request.method === 'HEAD') {
      this.#stream = 'head only'
      response.end()
      return undefined
    }
    const body = new StreamBody(response, coding)
    this.#stream = body
    return body
  }

  /** Says that the streamed answer is complete. */
  streamed(): void {
    if (this.#done) return
    this.#done = true
    this.#observe(200, undefined, this.#streamedBytes, undefined)
  }

  /** Answers with whatever went wrong; what has begun to be streamed is broken off, so that nobody takes it for all. */
  fail(error: unknown): void {
    const detail = detailOf(error)
    const problem = toProblem(error, this.requestId, this.context.showsDetails ? { detail } : {})
    if (this.#stream !== undefined) return this.#breakOff(problem.status, problem.body.code, detail)
    this.#write(
      {
        status: problem.status,
        headers: problem.headers,
        contentType: JSON_TYPE,
        body: JSON.stringify(problem.body),
      },
      problem.body.code,
      problem.status >= 500 ? detail : undefined,
    )
  }

  #write(answer: Answer, code: string | undefined, detail: string | undefined): void {
    if (this.#done) return
    this.#done = true
    const { request, response, context } = this
    // A body that was refused for its size is not read to its end: the connection cannot be used again.
    const close = context.isDraining() || answer.status === CATALOGUE.BODY_TOO_LARGE.status
    const bytes = writeAnswer(response, answer, this.#headOptions(close), request.method === 'HEAD')
    this.#observe(answer.status, code, bytes, detail)
  }

  #headOptions(close: boolean): HeadOptions {
    const { trace, head, requestId } = this
    return {
      requestId,
      more: [trace.headers, corsHeaders(trace.corsOrigins, head.headers['origin']), this.#traceHeaders],
      close,
    }
  }

  #breakOff(status: number, code: string, detail: string): void {
    if (this.#done) return
    this.#done = true
    const { socket } = this.request
    // Without chunks a closed connection is how a complete answer ends; only a reset says that it is not.
    if (this.request.httpVersionMinor === 0) socket.resetAndDestroy()
    else socket.destroy()
    this.#observe(status, code, this.#streamedBytes, detail)
  }

  get #streamedBytes(): number {
    return this.#stream instanceof StreamBody ? this.#stream.bytes : 0
  }

  /** The caller went away before there was an answer: the statement is stopped, and the call is told as such. */
  #closed(): void {
    // A streamed answer that was sent to its end is told of by its call.
    if (this.#done || this.response.writableFinished) return
    this.#done = true
    const gone = new AppError('CALLER_GONE', 'the caller closed the connection')
    this.signal.abort(gone)
    this.#observe(gone.status, gone.code, this.#streamedBytes, undefined)
  }

  #observe(status: number, code: string | undefined, responseBytes: number, detail: string | undefined): void {
    const { head, trace, context } = this
    context.observe({
      kind: 'call.finished',
      atMs: this.#atMs,
      requestId: this.requestId,
      method: head.method,
      path: this.path,
      status,
      code,
      durationMs: context.monotonicMs() - this.#startedMs,
      executionMs: trace.executionMs,
      rows: trace.rows,
      cache: trace.cache,
      responseBytes,
      api: trace.api,
      datasource: trace.datasource,
      clientId: trace.clientId,
      ip: head.ip,
      userAgent: headerText(head.headers['user-agent']),
      params: trace.params,
      detail,
      traced: trace.traced,
    })
  }
}

export const JSON_TYPE = 'application/json; charset=utf-8'

function headerText(value: string | readonly string[] | undefined): string | undefined {
  return value === undefined || typeof value === 'string' ? value : value.join(',')
}

/** The operator's sentence; of an unexpected error also where it came from. */
function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isExpected = error instanceof AppError || error instanceof AuthoredError
  return isExpected ? error.message : (error.stack ?? error.message)
}

import { abortFailure, type ConnectionSettings } from '@penstock/datasource'
import { openExchanger, type Exchange, type Reply } from './exchange.js'
import { readPage } from './page.js'
import { addressOf, requestHeaders } from './request-headers.js'
import { withRetries } from './with-retries.js'

/** What the requests of one statement share. */
export interface RequestContext {
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** False for a statement that writes: it is not handed in again when nobody knows whether the server has it. */
  readonly repeatable: boolean
}

/** The HTTP side of the protocol. Rejects with the signal's failure, an AppError, or what the socket said. */
export interface Client {
  /** Hands in a statement. When it is aborted meanwhile, it is cancelled as soon as the server has said how. */
  submit(text: string, context: RequestContext): Promise<Reply>
  /** Asks for the next part of a result. */
  follow(nextUri: string, context: RequestContext): Promise<Reply>
  /** Ends a query on the server, in the background. */
  cancel(nextUri: string): void
  /** Work that goes on when its call is over. */
  background(work: Promise<unknown>): void
  /** Waits for what goes on in the background, then lets go of the connections. */
  close(): Promise<void>
}

// A cancel that is not answered by then will not be.
const CANCEL_MS_MAX = 2_000

/** Opens nothing yet. */
export function openClient(settings: ConnectionSettings): Client {
  const exchanger = openExchanger(settings)
  const pending = new Set<Promise<void>>()
  const background = (work: Promise<unknown>): void => {
    // There is nobody left to tell; the server ends by itself what nobody asks about any more.
    const settled: Promise<void> = work.then(
      () => void pending.delete(settled),
      () => void pending.delete(settled),
    )
    pending.add(settled)
  }
  const cancel = (nextUri: string): void => {
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), CANCEL_MS_MAX)
    const headers = requestHeaders(settings)
    const answered = exchanger.exchange({
      method: 'DELETE',
      url: addressOf(settings, nextUri),
      headers,
      signal: late.signal,
    })
    background(answered.finally(() => clearTimeout(timer)))
  }
  const send = (exchange: Exchange, context: RequestContext): Promise<Reply> =>
    withRetries(() => exchanger.exchange(exchange), {
      signal: context.signal,
      repeatable: exchange.method === 'GET' || context.repeatable,
    })
  return {
    submit(text, context) {
      const headers = { ...requestHeaders(settings), ...context.headers, 'Content-Type': 'text/plain; charset=utf-8' }
      const sent = send({ method: 'POST', url: addressOf(settings, '/v1/statement'), headers, body: text }, context)
      return unlessAborted(sent, context.signal, () =>
        background(sent.then(({ body }) => cancelNext(readPage(body).nextUri))),
      )
    },
    follow(nextUri, context) {
      const headers = { ...requestHeaders(settings), ...context.headers }
      return send({ method: 'GET', url: addressOf(settings, nextUri), headers, signal: context.signal }, context)
    },
    cancel,
    background,
    async close() {
      while (pending.size > 0) await Promise.all(pending)
      exchanger.close()
    },
  }

  function cancelNext(nextUri: string | undefined): void {
    if (nextUri !== undefined) cancel(nextUri)
  }
}

/** Rejects as soon as the signal aborts; the work goes on then, and `abandoned` looks after it. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, abandoned: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      abandoned()
      reject(abortFailure(signal))
    }
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

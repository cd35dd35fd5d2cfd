import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { PoolClient } from 'pg'
import { describePrepared } from './describe-prepared.js'
import { TrinoCatalogs } from './trino-catalogs.js'
import { trinoFailure, type TrinoFailure } from './trino-failure.js'
import { TrinoQuery, type Part } from './trino-query.js'
import { readStatement, type TrinoStatement } from './trino-statement.js'

/** A request as it came. */
export interface HeardRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

interface Refusal {
  times: number
  readonly status: number
  readonly matches: (request: HeardRequest) => boolean
}

/** A statement that was handed in, and what its client was told last. */
interface Handed {
  readonly slug: string
  readonly statement: TrinoStatement
  readonly request: HeardRequest
  query: TrinoQuery | undefined
  token: number
  last: string
  lastHeaders: Readonly<Record<string, string>>
  ended: boolean
}

// A client that asks too early is answered after so long that there is nothing yet.
const WAIT_MS = 1_000
const KEPT_MAX = 500

/** The resources of /v1/statement: https://trino.io/docs/current/develop/client-protocol.html */
export class TrinoProtocol {
  readonly heard: HeardRequest[] = []
  readonly refusals: Refusal[] = []
  readonly #catalogs: TrinoCatalogs
  readonly #handed = new Map<string, Handed>()
  readonly #transactions = new Map<string, PoolClient>()

  constructor(
    serverUrl: string,
    readonly login: { readonly user: string; readonly password: string } | undefined,
  ) {
    this.#catalogs = new TrinoCatalogs(serverUrl)
  }

  get open(): number {
    return [...this.#handed.values()].filter(({ ended }) => !ended).length
  }

  async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await heardRequest(message)
    this.heard.push(request)
    const refusal = this.refusals.find(({ times, matches }) => times > 0 && matches(request))
    if (refusal !== undefined) {
      refusal.times -= 1
      response.writeHead(refusal.status).end('refused by the test')
      return
    }
    const status = this.#denied(request)
    if (status !== undefined) {
      response.writeHead(status, { 'WWW-Authenticate': 'Basic realm="Trino"' }).end('Unauthorized')
      return
    }
    try {
      await this.#answer(request, response)
    } catch (error) {
      response.writeHead(500).end(error instanceof Error ? error.message : String(error))
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#handed.values()].map(({ query }) => query?.cancel()))
    for (const client of this.#transactions.values()) client.release(true)
    await this.#catalogs.close()
  }

  #denied({ headers }: HeardRequest): number | undefined {
    if (headers['x-trino-user'] === undefined) return 401
    if (this.login === undefined) return undefined
    const { user, password } = this.login
    const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
    return headers['authorization'] === wanted && headers['x-trino-user'] === user ? undefined : 401
  }

  async #answer(request: HeardRequest, response: ServerResponse): Promise<void> {
    if (request.method === 'POST' && request.path === '/v1/statement') {
      this.#submit(request, response)
      return
    }
    const [, , , phase, id = '', slug, token] = request.path.split('/')
    const handed = this.#handed.get(id)
    if (handed === undefined || handed.slug !== slug || (phase !== 'queued' && phase !== 'executing')) {
      response.writeHead(404).end('Query not found')
      return
    }
    if (request.method === 'DELETE') {
      handed.ended = true
      await handed.query?.cancel()
      response.writeHead(204).end()
      return
    }
    await this.#follow(handed, id, Number(token), request, response)
  }

  #submit(request: HeardRequest, response: ServerResponse): void {
    const id = `20261122_000000_${String(this.#handed.size).padStart(5, '0')}_${randomUUID().slice(0, 5)}`
    let statement: TrinoStatement
    try {
      statement = readStatement(request.body, preparedOf(request))
    } catch (error) {
      sendJson(response, id, 'FAILED', { error: trinoFailure(error, request.body, '') })
      return
    }
    const handed: Handed = {
      slug: randomUUID(),
      statement,
      request,
      query: undefined,
      token: 0,
      last: '',
      lastHeaders: {},
      ended: false,
    }
    this.#handed.set(id, handed)
    for (const [old, { ended }] of this.#handed) if (ended && this.#handed.size > KEPT_MAX) this.#handed.delete(old)
    sendJson(response, id, 'QUEUED', { nextUri: uriOf(request, 'queued', id, handed, 1) })
  }

  async #follow(
    handed: Handed,
    id: string,
    token: number,
    request: HeardRequest,
    response: ServerResponse,
  ): Promise<void> {
    // A client that did not get an answer may ask for it again.
    if (token === handed.token && handed.last !== '') {
      response.writeHead(200, { 'Content-Type': 'application/json', ...handed.lastHeaders }).end(handed.last)
      return
    }
    if (token !== handed.token + 1) {
      response.writeHead(410).end('Gone')
      return
    }
    const { statement } = handed
    const step = await this.#step(handed, statement)
    if (step === 'nothing yet') {
      sendJson(response, id, 'RUNNING', { nextUri: uriOf(request, 'executing', id, handed, token) })
      return
    }
    handed.token = token
    handed.ended = step.last
    handed.lastHeaders = step.headers ?? {}
    const nextUri = step.last ? undefined : uriOf(request, 'executing', id, handed, token + 1)
    const state = step.error === undefined ? (step.last ? 'FINISHED' : 'RUNNING') : 'FAILED'
    handed.last = sendJson(response, id, state, { ...step, nextUri }, handed.lastHeaders)
  }

  async #step(handed: Handed, statement: TrinoStatement): Promise<Step | 'nothing yet'> {
    try {
      switch (statement.kind) {
        case 'run':
        case 'validate': {
          handed.query ??= new TrinoQuery(statement, this.#placeOf(handed.request), this.#catalogs)
          const part = await handed.query.next(WAIT_MS)
          if (part === 'nothing yet') return part
          if (part !== undefined) return { part, last: false }
          return { last: true, ...(handed.query.failure && { error: handed.query.failure }) }
        }
        case 'describe': {
          const text = preparedOf(handed.request).get(statement.name) ?? ''
          const part = await describePrepared(this.#catalogs, this.#placeOf(handed.request), statement.what, text)
          return { part, last: true }
        }
        case 'prepare':
          return {
            last: true,
            headers: { 'X-Trino-Added-Prepare': `${statement.name}=${encodeURIComponent(statement.text)}` },
          }
        case 'deallocate':
          return { last: true, headers: { 'X-Trino-Deallocated-Prepare': statement.name } }
        case 'start':
          return {
            last: true,
            headers: { 'X-Trino-Started-Transaction-Id': await this.#begin(handed, statement.readOnly) },
          }
        case 'commit':
        case 'rollback':
          await this.#finish(handed, statement.kind)
          return { last: true, headers: { 'X-Trino-Clear-Transaction-Id': 'true' } }
      }
    } catch (error) {
      return { last: true, error: trinoFailure(error, handed.request.body, '') }
    }
  }

  #placeOf({ headers }: HeardRequest) {
    const limit = /(?:^|,)\s*query_max_run_time=([^,]*)/.exec(headers['x-trino-session'] ?? '')?.[1]
    const id = headers['x-trino-transaction-id']
    const transaction = id === undefined || id === 'NONE' ? undefined : this.#transactions.get(id)
    if (id !== undefined && id !== 'NONE' && transaction === undefined) throw new Error(`Unknown transaction ID: ${id}`)
    return {
      catalog: headers['x-trino-catalog'] ?? '',
      schema: headers['x-trino-schema'],
      transaction,
      runTimeMsMax: limit === undefined ? undefined : Number.parseInt(decodeURIComponent(limit), 10),
    }
  }

  async #begin({ request }: Handed, readOnly: boolean): Promise<string> {
    if (request.headers['x-trino-transaction-id'] !== 'NONE') throw new Error('Client does not support transactions')
    const { catalog, schema } = this.#placeOf(request)
    const client = await this.#catalogs.connect(catalog)
    await this.#catalogs.prepare(client, schema)
    await client.query(readOnly ? 'BEGIN READ ONLY' : 'BEGIN')
    const id = randomUUID()
    this.#transactions.set(id, client)
    return id
  }

  async #finish({ request }: Handed, how: 'commit' | 'rollback'): Promise<void> {
    const id = request.headers['x-trino-transaction-id'] ?? ''
    const client = this.#transactions.get(id)
    if (client === undefined) throw new Error('No transaction in progress')
    this.#transactions.delete(id)
    if (how === 'commit') await client.query('COMMIT')
    await this.#catalogs.release(client, how === 'commit')
  }
}

interface Step {
  readonly part?: Part
  readonly last: boolean
  readonly error?: TrinoFailure
  readonly headers?: Readonly<Record<string, string>>
}

function uriOf(
  request: HeardRequest,
  phase: 'queued' | 'executing',
  id: string,
  { slug }: Handed,
  token: number,
): string {
  return `http://${request.headers['host'] ?? ''}/v1/statement/${phase}/${id}/${slug}/${token}`
}

/** Sends an answer of the protocol; answers with its body. Data is JSON already. */
function sendJson(
  response: ServerResponse,
  id: string,
  state: string,
  {
    part,
    error,
    nextUri,
  }: { readonly part?: Part; readonly error?: TrinoFailure; readonly nextUri?: string | undefined },
  headers: Readonly<Record<string, string>> = {},
): string {
  const head = JSON.stringify({
    id,
    infoUri: `http://127.0.0.1/ui/query.html?${id}`,
    nextUri,
    columns: part?.columns?.map(({ name, type, typeSignature }) => ({ name, type, typeSignature })),
    stats: { state, queued: state === 'QUEUED', scheduled: state !== 'QUEUED' },
    error: error && { ...error, failureInfo: { type: 'io.trino.spi.TrinoException', suppressed: [], stack: [] } },
    warnings: [],
    updateType: part?.updateType,
    updateCount: part?.updateCount,
  })
  const body = part?.data === undefined ? head : `${head.slice(0, -1)},"data":${part.data}}`
  response.writeHead(200, { 'Content-Type': 'application/json', ...headers }).end(body)
  return body
}

function preparedOf({ headers }: HeardRequest): ReadonlyMap<string, string> {
  const pairs = (headers['x-trino-prepared-statement'] ?? '').split(',').map((pair) => pair.trim().split('='))
  return new Map(pairs.map(([name = '', text = '']) => [name, decodeURIComponent(text)]))
}

async function heardRequest(message: IncomingMessage): Promise<HeardRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of message) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  )
  return {
    method: message.method ?? '',
    path: new URL(message.url ?? '/', 'http://localhost').pathname,
    headers,
    body: Buffer.concat(chunks).toString('utf8'),
  }
}

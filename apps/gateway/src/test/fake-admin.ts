import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  accessRecordBatch,
  bodiesRequest,
  gatewayHeartbeat,
  INTERNAL_ROUTES,
  type AccessRecord,
  type GatewayHeartbeat,
} from '@penstock/contracts'
import { deriveGatewayKeys } from '@penstock/secrets'
import { type BuiltSnapshot, GATEWAY_KEY } from './build-snapshot.js'

/** The internal routes of admin, over snapshots that a test makes by hand. */
export class FakeAdmin {
  readonly heartbeats: GatewayHeartbeat[] = []
  readonly records: AccessRecord[] = []
  readonly bodyRequests: string[][] = []
  #snapshot: BuiltSnapshot | undefined
  /** Also those of earlier snapshots: a gateway may be behind. */
  readonly #bodies = new Map<string, string>()
  #waiting: (() => void)[] = []
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  readonly #token = deriveGatewayKeys(GATEWAY_KEY).serviceToken
  #port = 0

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Listens on the port it had before, or on a free one. */
  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve))
    const address = this.#server.address()
    if (address !== null && typeof address === 'object') this.#port = address.port
    return this
  }

  /** As after kill -9: every connection is cut. */
  async kill(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    await closed
  }

  publish(snapshot: BuiltSnapshot): void {
    this.#snapshot = snapshot
    for (const [hash, body] of snapshot.bodies) this.#bodies.set(hash, body)
    for (const wake of this.#waiting.splice(0)) wake()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://admin')
    if (request.headers.authorization !== `Bearer ${this.#token}`) return void response.writeHead(401).end()
    if (pathname === INTERNAL_ROUTES.manifest) {
      return this.#manifest(request, response, Number(searchParams.get('wait_ms') ?? 0))
    }
    const body: unknown = JSON.parse(await textOf(request))
    if (pathname === INTERNAL_ROUTES.bodies) {
      const { hashes } = bodiesRequest.parse(body)
      this.bodyRequests.push(hashes)
      const bodies = Object.fromEntries(
        hashes.flatMap((hash) => {
          const text = this.#bodies.get(hash)
          return text === undefined ? [] : [[hash, text]]
        }),
      )
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ bodies }))
    }
    if (pathname === INTERNAL_ROUTES.heartbeat) this.heartbeats.push(gatewayHeartbeat.parse(body))
    else if (pathname === INTERNAL_ROUTES.accessRecords) this.records.push(...accessRecordBatch.parse(body).records)
    response.writeHead(204).end()
  }

  async #manifest(request: IncomingMessage, response: ServerResponse, waitMs: number): Promise<void> {
    const etag = () => {
      const { epoch, revision } = this.#snapshot?.signed.manifest ?? { epoch: '', revision: 0 }
      return `"${epoch}.${revision}"`
    }
    const known = request.headers['if-none-match']
    if (this.#snapshot === undefined || known === etag()) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs)
        this.#waiting.push(() => {
          clearTimeout(timer)
          resolve()
        })
        response.once('close', () => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
    if (this.#snapshot === undefined) return void response.writeHead(503).end()
    if (known === etag()) return void response.writeHead(304).end()
    const headers = { 'content-type': 'application/json', etag: etag() }
    response.writeHead(200, headers).end(JSON.stringify(this.#snapshot.signed))
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

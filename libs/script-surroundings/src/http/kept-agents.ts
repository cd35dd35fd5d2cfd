import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Duplex } from 'node:stream'

// Under the five seconds after which many servers close: one that closes while a request is on its way to it fails that request.
const IDLE_MS_MAX = 4_000
const IDLE_PER_PLACE_MAX = 16
const IDLE_MAX = 256

/** A part of the options of a request: connections are shared by requests with the same one alone. */
export interface Place {
  /** What was allowed and checked for the request: the permission, the addresses, the connection that was named. */
  readonly place: string
}

/**
 * Agents that keep connections for a short while, for requests to the same host, port, addresses and permission. A kept connection never stands in for
 * a check: who asks has been allowed, and found the same addresses, anew.
 */
export function keptAgents(): { readonly http: HttpAgent; readonly https: HttpsAgent } {
  const options = {
    keepAlive: true,
    timeout: IDLE_MS_MAX,
    maxFreeSockets: IDLE_PER_PLACE_MAX,
    scheduling: 'lifo',
  } as const
  return { http: bounded(new HttpAgent(options)), https: bounded(new HttpsAgent(options)) }
}

function bounded<A extends HttpAgent>(agent: A): A {
  const getName = agent.getName.bind(agent)
  agent.getName = (options) => `${getName(options)}:${placeOf(options)}`
  const keep = agent.keepSocketAlive.bind(agent)
  agent.keepSocketAlive = (socket: Duplex) => idle(agent) < IDLE_MAX && keep(socket)
  return agent
}

function placeOf(options: object | undefined): string {
  return options !== undefined && 'place' in options ? String(options.place) : ''
}

function idle({ freeSockets }: HttpAgent): number {
  return Object.values(freeSockets).reduce((sum, sockets) => sum + (sockets?.length ?? 0), 0)
}

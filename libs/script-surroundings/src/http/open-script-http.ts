import type { ScriptConnection } from '@penstock/app-config'
import { HttpRefused, type ScriptHttp, type ScriptHttpRequest, type ScriptHttpResponse } from '@penstock/pipeline'
import { lookup } from 'node:dns/promises'
import { allowedHosts } from './allowed-hosts.js'
import { checkedAddresses, type Address, type Resolve } from './checked-address.js'
import { namedConnections } from './connections.js'
import { deadlineOf } from './deadline.js'
import { egress } from './egress.js'
import { keptAgents } from './kept-agents.js'
import { readResponse } from './read-response.js'
import { sendRequest } from './send-request.js'
import { sentHeaders } from './sent-headers.js'
import type { Target } from './target.js'
import { targetOf } from './target-of.js'
import { withoutSecrets } from './without-secrets.js'

export interface ScriptHttpOptions {
  /** Entries of SCRIPT_HTTP_ALLOWED_HOSTS. */
  readonly hosts: readonly string[]
  /** Of SCRIPT_HTTP_CONNECTIONS; none when left out. */
  readonly connections?: readonly ScriptConnection[]
  /** Requests under way for one caller. */
  readonly perCallerMax: number
  readonly bytesMax: number
  /** How names are found; the system's way when left out. */
  readonly resolve?: Resolve
  /** Certificates that are trusted beside the system's. */
  readonly ca?: string
}

const systemResolve: Resolve = (host) => lookup(host, { all: true })

/**
 * Requests of scripts: to allowed hosts and by named connections, whose every address was checked, at the address that was checked, bounded in time
 * and bytes. Redirects are handed to the script as they are: following one is its own decision, and is checked like any other request. What a
 * connection sends for a script never comes back to it.
 */
export function openScriptHttp(options: ScriptHttpOptions): ScriptHttp {
  const hosts = allowedHosts(options.hosts)
  const connections = namedConnections(options.connections ?? [])
  const places = egress(options.perCallerMax)
  const exchange = exchangeWith(options)
  return {
    async request(request, caller, signal) {
      const target = targetOf(request, hosts, connections)
      const release = places.enter(caller)
      const deadline = deadlineOf(request.timeoutMs, signal)
      try {
        const resolving = checkedAddresses(target, options.resolve ?? systemResolve)
        const addresses = await Promise.race([resolving, deadline.passed])
        const answer = await Promise.race([exchange(target, request, addresses, deadline.signal), deadline.passed])
        return withoutSecrets(answer, target.secrets)
      } catch (error) {
        throw refusal(error, target.url)
      } finally {
        deadline.end()
        release()
      }
    },
  }
}

function exchangeWith({ bytesMax, ca }: ScriptHttpOptions) {
  const agents = keptAgents()
  return async (
    target: Target,
    request: ScriptHttpRequest,
    addresses: readonly Address[],
    signal: AbortSignal,
  ): Promise<ScriptHttpResponse> => {
    const { url, permission, connection } = target
    const pinned = addresses.map(({ address }) => address).sort()
    const response = await sendRequest(url, request.body, {
      method: request.method,
      headers: sentHeaders(request, target),
      agent: url.protocol === 'https:' ? agents.https : agents.http,
      place: JSON.stringify([permission, connection, ...pinned]),
      lookup: (_host, { all }, found) => {
        const [first] = addresses
        if (all === true) found(null, [...addresses])
        else found(null, first?.address ?? '', first?.family ?? 4)
      },
      signal,
      ...(ca === undefined ? {} : { ca }),
    })
    return readResponse(response, bytesMax)
  }
}

/** What an author may read of a failure: not the addresses of the network that he is in. */
function refusal(error: unknown, { host }: URL): HttpRefused {
  if (error instanceof HttpRefused) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'broken off'
  return new HttpRefused(`${host} did not answer: ${code}`)
}

import { HttpRefused, type ScriptHttp, type ScriptHttpRequest, type ScriptHttpResponse } from '@penstock/pipeline'
import { lookup } from 'node:dns/promises'
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { allowedHosts } from './allowed-hosts.js'
import { checkedAddresses, type Address, type Resolve } from './checked-address.js'
import { egress } from './egress.js'
import { readResponse } from './read-response.js'

export interface ScriptHttpOptions {
  /** Entries of SCRIPT_HTTP_ALLOWED_HOSTS. */
  readonly hosts: readonly string[]
  /** Requests under way for one caller. */
  readonly perCallerMax: number
  readonly bytesMax: number
  /** How names are found; the system's way when left out. */
  readonly resolve?: Resolve
  /** Certificates that are trusted beside the system's. */
  readonly ca?: string
}

const CONNECT_MS_MAX = 2_000
// These say how a message travels; set by a script they could smuggle a second one, or reach another host than the one that was checked.
const FORBIDDEN_HEADERS =
  /^(?:host|connection|content-length|transfer-encoding|expect|upgrade|te|trailer|keep-alive|proxy-.*)$/i
const systemResolve: Resolve = (host) => lookup(host, { all: true })

/**
 * Requests of scripts: to allowed hosts, whose every address was checked, at the address that was checked, bounded in time and bytes. Redirects are
 * handed to the script as they are: following one is its own decision, and is checked like any other request.
 */
export function openScriptHttp(options: ScriptHttpOptions): ScriptHttp {
  const hosts = allowedHosts(options.hosts)
  const places = egress(options.perCallerMax)
  return {
    async request(request, caller, signal) {
      const url = urlOf(request.url)
      const permission = hosts.permission(url)
      if (permission === undefined) {
        throw new HttpRefused(`the host ${url.host} is not allowed: add it to SCRIPT_HTTP_ALLOWED_HOSTS`)
      }
      const release = places.enter(caller)
      const deadline = deadlineOf(request.timeoutMs, signal)
      try {
        const resolving = checkedAddresses(url, permission, options.resolve ?? systemResolve)
        const addresses = await Promise.race([resolving, deadline.passed])
        return await Promise.race([exchange(url, request, addresses, options, deadline.signal), deadline.passed])
      } catch (error) {
        throw refusal(error, url)
      } finally {
        deadline.end()
        release()
      }
    },
  }
}

function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new HttpRefused('only http and https URLs can be asked')
  if (url.username !== '' || url.password !== '') {
    throw new HttpRefused('a URL may not hold credentials: send them in a header')
  }
  return url
}

interface Deadline {
  readonly signal: AbortSignal
  /** Rejects when the time is over or the job has ended. */
  readonly passed: Promise<never>
  end(): void
}

function deadlineOf(timeoutMs: number, job: AbortSignal): Deadline {
  const controller = new AbortController()
  const passed = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true })
  })
  // Who does not wait for it any more must not be told that nobody did.
  passed.catch(() => undefined)
  const late = () => controller.abort(new HttpRefused(`no answer within ${timeoutMs} ms`))
  const ended = () => controller.abort(new HttpRefused('the script has ended'))
  const timer = setTimeout(late, timeoutMs)
  if (job.aborted) ended()
  job.addEventListener('abort', ended, { once: true })
  return {
    signal: controller.signal,
    passed,
    end() {
      clearTimeout(timer)
      job.removeEventListener('abort', ended)
    },
  }
}

async function exchange(
  url: URL,
  request: ScriptHttpRequest,
  addresses: readonly Address[],
  { bytesMax, ca }: ScriptHttpOptions,
  signal: AbortSignal,
): Promise<ScriptHttpResponse> {
  const response = await send(url, request, {
    method: request.method,
    headers: { ...sentHeaders(request), 'accept-encoding': 'gzip, deflate, br' },
    // One connection per request: a kept one could have been opened for a caller with other rights.
    agent: false,
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

function sentHeaders({ headers }: ScriptHttpRequest): Record<string, string> {
  for (const name of Object.keys(headers)) {
    if (FORBIDDEN_HEADERS.test(name)) throw new HttpRefused(`the header ${name} cannot be set by a script`)
  }
  return { ...headers }
}

function send(
  url: URL,
  { body }: ScriptHttpRequest,
  options: RequestOptions & { readonly ca?: string },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, resolve)
    const slow = setTimeout(() => {
      sent.destroy(new HttpRefused(`no connection within ${CONNECT_MS_MAX} ms`))
    }, CONNECT_MS_MAX)
    sent.once('socket', (socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => clearTimeout(slow))
      socket.once('close', () => clearTimeout(slow))
    })
    sent.once('error', (error) => {
      clearTimeout(slow)
      reject(error)
    })
    sent.end(body)
  })
}

/** What an author may read of a failure: not the addresses of the network that he is in. */
function refusal(error: unknown, { host }: URL): HttpRefused {
  if (error instanceof HttpRefused) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'broken off'
  return new HttpRefused(`${host} did not answer: ${code}`)
}

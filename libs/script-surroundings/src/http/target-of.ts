import { HttpRefused, type ScriptHttpRequest } from '@penstock/pipeline'
import type { AllowedHosts } from './allowed-hosts.js'
import type { Connections } from './connections.js'
import type { Target } from './target.js'

/** Throws an HttpRefused, in words for the author, for what may not be asked. */
export function targetOf({ url: text, via }: ScriptHttpRequest, hosts: AllowedHosts, connections: Connections): Target {
  if (via !== undefined) return connections.target(via, text)
  const url = urlOf(text)
  const permission = hosts.permission(url)
  if (permission === undefined) {
    throw new HttpRefused(`the host ${url.host} is not allowed: add it to SCRIPT_HTTP_ALLOWED_HOSTS`)
  }
  const internalBy = 'list it with its port in SCRIPT_HTTP_ALLOWED_HOSTS to reach it as an internal host'
  return { url, permission, connection: '', headers: {}, secrets: [], internalBy }
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

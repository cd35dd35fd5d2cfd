import { SettingsError } from '@penstock/app-config'
import { isIP } from 'node:net'

/** How a host may be asked: as a part of the internet, or wherever it is. */
export type HostPermission = 'public' | 'internal'

export interface AllowedHosts {
  /** Undefined: not at all. */
  permission(url: URL): HostPermission | undefined
}

interface Rule {
  readonly kind: 'any' | 'subdomains' | 'host'
  /** Of `subdomains` with the dot in front. */
  readonly host: string
  readonly port: string | undefined
}

// Without a port in its rule, a host is asked on these alone: nobody means the others by naming a host.
const USUAL_PORTS: ReadonlySet<string> = new Set(['80', '443'])
const ENTRY = /^(?<host>\*|(?:\*\.)?[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?<port>\d{1,5}))?$/i

/**
 * Reads `SCRIPT_HTTP_ALLOWED_HOSTS`: `api.example.com`, `*.example.com` (not the name itself), `*`, each with `:port` or for 80 and 443. A host
 * that is listed by its own name or address and its port may be internal; no other may. Throws a SettingsError for an entry that is none of these.
 */
export function allowedHosts(entries: readonly string[]): AllowedHosts {
  const rules = entries.map(ruleOf)
  return {
    permission(url) {
      const host = nameOf(url)
      const port = portOf(url)
      const matching = rules.filter((rule) => matches(rule, host, port))
      if (matching.length === 0) return undefined
      return matching.some(({ kind, port: named }) => kind === 'host' && named !== undefined) ? 'internal' : 'public'
    },
  }
}

/** The host of a URL without brackets and the dot of a full name. */
export function nameOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
}

function portOf({ port, protocol }: URL): string {
  return port === '' ? (protocol === 'https:' ? '443' : '80') : port
}

function ruleOf(entry: string): Rule {
  const { host, port } = ENTRY.exec(entry.trim())?.groups ?? {}
  if (host === undefined || Number(port ?? 1) > 65_535) throw notAHost(entry)
  if (host === '*') return { kind: 'any', host: '', port }
  if (host.startsWith('*.')) {
    if (isIP(host.slice(2)) !== 0) throw notAHost(entry)
    return { kind: 'subdomains', host: host.slice(1).toLowerCase(), port }
  }
  // The same reader as for the URLs of scripts, so that every spelling of an address is one.
  if (!URL.canParse(`http://${host}`)) throw notAHost(entry)
  return { kind: 'host', host: nameOf(new URL(`http://${host}`)), port }
}

function matches(rule: Rule, host: string, port: string): boolean {
  if (rule.port === undefined ? !USUAL_PORTS.has(port) : rule.port !== port) return false
  if (rule.kind === 'any') return true
  return rule.kind === 'host' ? rule.host === host : host.length > rule.host.length && host.endsWith(rule.host)
}

function notAHost(entry: string): SettingsError {
  return new SettingsError([
    `SCRIPT_HTTP_ALLOWED_HOSTS: '${entry}' is not a host: write api.example.com, *.example.com, * or an address, with or without :port`,
  ])
}

import { SettingsError, type ScriptConnection } from '@penstock/app-config'
import { HttpRefused, type NamedConnection } from '@penstock/pipeline'
import { forbiddenHeader } from './sent-headers.js'
import type { Target } from './target.js'

// Shorter ones are words that stand in answers anyway.
const SECRET_CHARACTERS_MIN = 8
const PLAIN_HEADERS = /^(?:accept|accept-.*|content-type|user-agent)$/
const DOTS = /(?:^|[/\\])\.\.?(?:$|[/\\])/

/** The connections of SCRIPT_HTTP_CONNECTIONS, each for the modules that it was granted to. */
export interface Connections {
  /** Where a path goes by a connection. Throws an HttpRefused where the module has none of this name, or the path leads out of it. */
  target(named: NamedConnection, path: string): Target
}

/** Throws a SettingsError for a header that says how a message travels. */
export function namedConnections(list: readonly ScriptConnection[]): Connections {
  for (const { name, headers } of list) {
    const [bad] = Object.keys(headers).filter(forbiddenHeader)
    if (bad !== undefined)
      throw new SettingsError([`SCRIPT_HTTP_CONNECTIONS ${name}.headers: ${bad} cannot be set for a request`])
  }
  const byName = new Map(list.map((connection) => [connection.name, connection]))
  return {
    target({ name, moduleId, moduleName }, path) {
      const connection = byName.get(name)
      if (connection === undefined || !isGranted(connection, [moduleId, moduleName])) {
        const shown = JSON.stringify(name.slice(0, 100))
        throw new HttpRefused(
          `there is no connection ${shown} for the module ${JSON.stringify(moduleName)}: define it in SCRIPT_HTTP_CONNECTIONS, with this module`,
        )
      }
      return {
        url: urlWithin(connection, path),
        permission: connection.internal ? 'internal' : 'public',
        connection: name,
        headers: connection.headers,
        secrets: secretsOf(connection),
        internalBy: `set internal of the connection ${name} to true`,
      }
    },
  }
}

function isGranted({ modules }: ScriptConnection, names: readonly string[]): boolean {
  return modules.includes('*') || names.some((name) => modules.includes(name))
}

/** A path stays behind the URL of its connection, however it is written: the credentials were given for that part of the host. */
function urlWithin({ name, url }: ScriptConnection, path: string): URL {
  const base = new URL(url)
  const root = base.pathname.replace(/\/$/, '')
  const asked = `${base.origin}${root}${path}`
  const found = path.startsWith('/') && URL.canParse(asked) ? new URL(asked) : undefined
  const isInside =
    found?.origin === base.origin && found.pathname.startsWith(`${root}/`) && !DOTS.test(decoded(found.pathname))
  if (found !== undefined && isInside) return found
  throw new HttpRefused(`a path of the connection ${name} begins with / and has no .. in it`)
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** What must not come back in an answer: values of headers, and what stands in them behind the name of a scheme. */
function secretsOf({ headers }: ScriptConnection): readonly string[] {
  return Object.entries(headers)
    .filter(([name]) => !PLAIN_HEADERS.test(name))
    .flatMap(([, value]) => [value, value.replace(/^\S+\s+/, '')])
    .filter((value) => value.length >= SECRET_CHARACTERS_MIN)
}

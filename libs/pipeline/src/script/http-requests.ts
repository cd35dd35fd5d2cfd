import { z } from 'zod'
import type { ScriptedCall } from './scripted-call.js'
import { HttpRefused, type ScriptHttp, type ScriptHttpRequest } from './script-services.js'

const URL_CHARACTERS_MAX = 8192
const TIMEOUT_MS = 10_000
const NOTHING_ALLOWED =
  'no host is allowed: list it in SCRIPT_HTTP_ALLOWED_HOSTS, or define a connection in SCRIPT_HTTP_CONNECTIONS'

const httpArgs = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  url: z.string().max(URL_CHARACTERS_MAX),
  connection: z.string().optional(),
  headers: z.record(z.string(), z.string()).default({}),
  query: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
  json: z.unknown().optional(),
  body: z.string().optional(),
  timeoutMs: z.number().int().min(1).optional(),
})

/** Answers `http.*` of one job, no longer than the job lasts. */
export function httpHandler({ plan, work, client, call }: ScriptedCall, http: ScriptHttp | undefined, wallMs: number) {
  const caller = client?.id ?? `${plan.id} ${call.head.ip}`
  return async (args: unknown, signal: AbortSignal): Promise<string> => {
    const asked = httpArgs.parse(args)
    if (http === undefined) throw new HttpRefused(NOTHING_ALLOWED)
    const { connection: name } = asked
    const via = name === undefined ? {} : { via: { name, moduleId: work.moduleId, moduleName: plan.called.moduleName } }
    return JSON.stringify(await http.request({ ...requestOf(asked, wallMs), ...via }, caller, signal))
  }
}

function requestOf(args: z.output<typeof httpArgs>, wallMs: number): ScriptHttpRequest {
  const isJson = args.json !== undefined
  const body = isJson ? JSON.stringify(args.json) : args.body
  const contentType = isJson ? 'application/json' : 'text/plain; charset=utf-8'
  const names = Object.keys(args.headers).map((name) => name.toLowerCase())
  const isNamed = body === undefined || names.includes('content-type')
  return {
    method: args.method,
    url: withQuery(args.url, args.query),
    headers: isNamed ? args.headers : { ...args.headers, 'content-type': contentType },
    body,
    timeoutMs: Math.min(args.timeoutMs ?? TIMEOUT_MS, wallMs),
  }
}

function withQuery(text: string, query: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== null)
  if (pairs.length === 0) return text
  const added = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, String(value)])).toString()
  const [beforeHash = ''] = text.split('#')
  return `${beforeHash}${beforeHash.includes('?') ? '&' : '?'}${added}`
}

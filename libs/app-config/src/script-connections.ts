import { z } from 'zod'

/** A service that scripts call by a name: where it is, and what is sent with every request. Holds secrets: never log it. */
export interface ScriptConnection {
  readonly name: string
  /** Its paths lie behind this: `https://crm.example.com/v2`. */
  readonly url: string
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Names or ids of the modules whose scripts may use it; `*`: all. */
  readonly modules: readonly string[]
  /** Whether it may have a private address. */
  readonly internal: boolean
}

const CONNECTIONS_MAX = 100
const HEADERS_MAX = 20

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a name has letters, digits, _ and -')
const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'this is no name of a header')
// What could end a header and begin another, or is none of Latin-1.
const headerValue = z.string().regex(/^[\t\x20-\x7e\x80-\xff]{1,8000}$/, 'a header has one line of plain characters')
const connection = z.strictObject({
  url: z.string().refine(isBase, 'must be an http or https URL without credentials, query and fragment'),
  headers: z
    .record(headerName, headerValue)
    .refine((headers) => Object.keys(headers).length <= HEADERS_MAX, `has at most ${HEADERS_MAX} headers`)
    .default({}),
  modules: z.array(z.string().min(1).max(200), 'must list modules by name, or "*" for all').min(1).max(1000),
  internal: z.boolean().default(false),
})
const connections = z
  .record(name, connection)
  .refine((all) => Object.keys(all).length <= CONNECTIONS_MAX, `at most ${CONNECTIONS_MAX} connections`)

/** Connections as a JSON object by name. What is wrong is said by its place: values are secret. */
export function scriptConnections() {
  return z
    .string()
    .optional()
    .transform((text, context): readonly ScriptConnection[] => {
      if (text === undefined) return []
      const parsed = connections.safeParse(jsonOf(text))
      if (parsed.success) return Object.entries(parsed.data).map(([named, one]) => connectionOf(named, one))
      for (const issue of parsed.error.issues) context.addIssue({ code: 'custom', message: faultOf(issue) })
      return z.NEVER
    })
}

function connectionOf(named: string, { headers, ...rest }: z.output<typeof connection>): ScriptConnection {
  const lower = Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value] as const)
  return Object.freeze({ name: named, headers: Object.freeze(Object.fromEntries(lower)), ...rest })
}

/** Where it is and what it is. A name that cannot be one is said with why. */
function faultOf(issue: z.core.$ZodIssue): string {
  const why = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message
  return issue.path.length === 0 ? `must be a JSON object: ${why}` : `${issue.path.join('.')}: ${why}`
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isBase(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password, search, hash } = new URL(text)
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === ''
}

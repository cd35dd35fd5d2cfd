import { z } from 'zod'

/** A server that takes longer than this to answer one request of the demo is not well. */
const ANSWER_MS_MAX = 30_000

const identified = z.looseObject({ id: z.uuid() })
export type Identified = z.output<typeof identified>

const list = z.object({ data: z.array(z.looseObject({ id: z.uuid() })), total: z.number() })

/** Admin refused a request; the message is what it said. */
export class AdminRefused extends Error {
  override readonly name = 'AdminRefused'
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

/** The few requests that the demo makes of admin's public HTTP API: the demo has no other way in. */
export interface AdminClient {
  /** Every row of a list whose field has exactly this value. */
  find(path: string, field: string, value: string): Promise<readonly Identified[]>
  read(path: string): Promise<unknown>
  create(path: string, body: unknown): Promise<Identified>
  change(path: string, body: unknown): Promise<Identified>
  replace(path: string, body: unknown): Promise<void>
  act(path: string, body: unknown): Promise<unknown>
}

/** Signs in and returns a client that speaks as that user. Throws AdminRefused when the password is not accepted. */
export async function signIn(adminUrl: string, username: string, password: string): Promise<AdminClient> {
  const session = await request(adminUrl, 'POST', 'auth/login', { username, password })
  const { access_token: token } = z.object({ access_token: z.string() }).parse(session)
  const call = (method: string, path: string, body?: unknown): Promise<unknown> =>
    request(adminUrl, method, path, body, token)
  return {
    async find(path, field, value) {
      // The list's own filter may also match parts of a name, so what it returns is only a first choice.
      const page = await call('GET', `${path}?page_size=200&${new URLSearchParams({ [field]: value }).toString()}`)
      return list.parse(page).data.filter((row) => row[field] === value)
    },
    read: (path) => call('GET', path),
    create: async (path, body) => identified.parse(await call('POST', path, body)),
    change: async (path, body) => identified.parse(await call('PATCH', path, body)),
    replace: async (path, body) => void (await call('PUT', path, body)),
    act: (path, body) => call('POST', path, body),
  }
}

async function request(
  adminUrl: string,
  method: string,
  path: string,
  body?: unknown,
  token?: string,
): Promise<unknown> {
  const answer = await fetch(new URL(`/api/v1/${path}`, adminUrl), {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  })
  const text = await answer.text()
  if (answer.ok) return text === '' ? undefined : JSON.parse(text)
  throw new AdminRefused(answer.status, `${method} /api/v1/${path}: ${answer.status} ${text.slice(0, 2000)}`)
}

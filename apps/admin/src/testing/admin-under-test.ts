import { randomUUID } from 'node:crypto'
import { migrate } from '@penstock/migrations'
import type { Logger } from '@penstock/telemetry'
import { composeAdmin, type AdminProcess } from '../compose.js'
import { loadAdminConfig } from '../config.js'
import { ensureFirstSuperuser } from '../users/first-superuser/ensure-first-superuser.js'

/** What a request was answered with. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: unknown
}

/** Sends requests as somebody. Paths are below /api/v1/ unless they begin with a slash. */
export interface Requester {
  get(path: string): Promise<Answer>
  post(path: string, body?: object): Promise<Answer>
  put(path: string, body: object): Promise<Answer>
  patch(path: string, body: object): Promise<Answer>
  delete(path: string): Promise<Answer>
}

/** The real control plane on a database of its own, without a listening port. */
export interface AdminUnderTest extends Requester {
  readonly process: AdminProcess
  /** Requests as a user of this role, who is made on first use. */
  as(role: 'Admin' | 'Dev' | 'Viewer' | 'nobody'): Promise<Requester>
  /** Requests with this access token, or without any. */
  with(token: string | undefined): Requester
  /** Lines that were logged. */
  readonly logged: readonly string[]
  close(): Promise<void>
}

/** Name and password of the superuser that requests are sent as by default. */
export const SUPERUSER = { username: 'root', password: 'correct horse battery' }

/** Migrates the database, boots admin over it and signs the superuser in. */
export async function startAdmin(
  databaseUrl: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<AdminUnderTest> {
  const config = loadAdminConfig({
    DATABASE_URL: databaseUrl,
    SECRET_KEY: 'a secret key for tests',
    ENCRYPTION_KEY: 'an encryption key for tests',
    FIRST_SUPERUSER: SUPERUSER.username,
    FIRST_SUPERUSER_PASSWORD: SUPERUSER.password,
    AUTH_RATE_LIMIT_LOGIN: '0',
    DB_POOL_SIZE: '4',
    ...settings,
  })
  await migrate(config.database, { verb: 'up' })
  const logged: string[] = []
  const process = await composeAdmin(config, recordingLogger(logged))
  await ensureFirstSuperuser(process.ports, config.firstSuperuser)
  const requester = (token: string | undefined): Requester => requesterOf(process, token)
  const superuser = requester(await signIn(requester(undefined), SUPERUSER))
  const users = new Map<string, Promise<Requester>>()
  return {
    ...superuser,
    process,
    logged,
    with: requester,
    as(role) {
      const known =
        users.get(role) ??
        userOf(process, role).then(async (user) => requester(await signIn(requester(undefined), user)))
      users.set(role, known)
      return known
    },
    close: () => process.close(),
  }
}

/** An access token for the name and the password. */
export async function signIn(requester: Requester, user: { username: string; password: string }): Promise<string> {
  const { body, status } = await requester.post('auth/login', user)
  const token: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'access_token') : undefined
  if (typeof token !== 'string') throw new Error(`login answered ${status}: ${JSON.stringify(body)}`)
  return token
}

function requesterOf(process: AdminProcess, token: string | undefined): Requester {
  const send = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<Answer> => {
    const { statusCode, headers, payload } = await process.app.inject({
      method,
      url: path.startsWith('/') ? path : `/api/v1/${path}`,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { payload: body }),
    })
    return { status: statusCode, headers, body: bodyOf(payload) }
  }
  return {
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
    put: (path, body) => send('PUT', path, body),
    patch: (path, body) => send('PATCH', path, body),
    delete: (path) => send('DELETE', path),
  }
}

function bodyOf(payload: string): unknown {
  try {
    return payload === '' ? undefined : JSON.parse(payload)
  } catch {
    return payload
  }
}

async function userOf(
  { ports: { database, passwords } }: AdminProcess,
  role: string,
): Promise<{ username: string; password: string }> {
  const password = `password of ${role}`
  const passwordHash = await passwords.hash(password)
  const username = role.toLowerCase()
  await database.transaction(async (tx) => {
    await tx.query('INSERT INTO users (id, username, password_hash) VALUES ($1, $2, $3)', [
      randomUUID(),
      username,
      passwordHash,
    ])
    await tx.query(
      'INSERT INTO user_roles (user_id, role_id) SELECT u.id, r.id FROM users u, roles r WHERE u.username = $1 AND r.name = $2',
      [username, role],
    )
  })
  return { username, password }
}

function recordingLogger(lines: string[]): Logger {
  const log = (level: string) => (message: string, fields?: object) => {
    lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`)
  }
  return { error: log('error'), warn: log('warn'), info: log('info'), debug: log('debug') }
}

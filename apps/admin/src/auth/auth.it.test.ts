import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signIn, startAdmin, SUPERUSER, type AdminUnderTest } from '../testing/admin-under-test.js'

let database: FreshDatabase
let admin: AdminUnderTest
beforeAll(async () => {
  database = await freshDatabase()
  admin = await startAdmin(database.url)
})
afterAll(async () => {
  await admin.close()
  await database.drop()
})

interface Session {
  access_token: string
  refresh_token: string
}
const session = async (): Promise<Session> => {
  const { body } = await admin.with(undefined).post('auth/login', SUPERUSER)
  return body as Session
}
const renew = (refresh_token: string) => admin.with(undefined).post('auth/refresh', { refresh_token })

describe('POST auth/login', () => {
  it('200: gives a session that works, by name in any case', async () => {
    const { status, body } = await admin.with(undefined).post('auth/login', { ...SUPERUSER, username: 'ROOT' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ token_type: 'bearer', expires_in: 1800 })
    expect(await admin.with((body as Session).access_token).get('users/me')).toMatchObject({
      status: 200,
      body: { username: 'root', is_superuser: true },
    })
  })

  it('200: answers below /api without a version too', async () => {
    expect((await admin.with(undefined).post('/api/auth/login', SUPERUSER)).status).toBe(200)
  })

  it('401: a wrong password and an unknown user are one answer, and cost the same', async () => {
    const time = async (username: string) => {
      const started = performance.now()
      const answer = await admin.with(undefined).post('auth/login', { username, password: 'not it' })
      return { ms: performance.now() - started, answer }
    }
    const wrong = await time('root')
    const unknown = await time('nobody-at-all')
    expect(wrong.answer).toMatchObject({ status: 401, body: { code: 'LOGIN_REJECTED', success: false, data: [] } })
    expect({ ...(unknown.answer.body as object), request_id: '' }).toEqual({
      ...(wrong.answer.body as object),
      request_id: '',
    })
    // Without the hash it would be a hundred times quicker.
    expect(unknown.ms).toBeGreaterThan(wrong.ms / 10)
  })

  it('401: an inactive user', async () => {
    await admin.as('Viewer')
    await admin.process.ports.database.transaction((tx) =>
      tx.query(`UPDATE users SET is_active = false WHERE username = 'viewer'`),
    )
    const answer = await admin
      .with(undefined)
      .post('auth/login', { username: 'viewer', password: 'password of Viewer' })
    expect(answer.status).toBe(401)
    expect((await (await admin.as('Viewer')).get('users/me')).status).toBe(401)
  })

  it('422: names every faulty and every unknown field', async () => {
    const { status, body } = await admin.with(undefined).post('auth/login', { username: '', pass: 'x' })
    expect(status).toBe(422)
    expect(body).toMatchObject({ success: false, code: 'INPUT_INVALID' })
    const fields = (body as { errors: { field: string }[] }).errors.map(({ field }) => field)
    expect(fields).toEqual(expect.arrayContaining(['username', 'password', 'pass']))
  })

  it('400: a body that is not JSON', async () => {
    const { statusCode } = await admin.process.app.inject({
      method: 'POST',
      url: '/api/v1/auth/login',
      headers: { 'content-type': 'application/json' },
      payload: '{"username":',
    })
    expect(statusCode).toBe(400)
  })

  it('429: after AUTH_RATE_LIMIT_LOGIN attempts of one address, with Retry-After', async () => {
    const other = await freshDatabase()
    const limited = await startAdmin(other.url, { AUTH_RATE_LIMIT_LOGIN: '3' })
    try {
      const attempt = () => limited.with(undefined).post('auth/login', { username: 'x', password: 'y' })
      // The superuser's own sign-in was the first of the three.
      const answers = [await attempt(), await attempt(), await attempt()]
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 429])
      expect(Number(answers[2]?.headers['retry-after'])).toBeGreaterThan(0)
    } finally {
      await limited.close()
      await other.drop()
    }
  })
})

describe('a POST without a body', () => {
  it('204: an empty body with the Content-Type of JSON is no body', async () => {
    const { access_token: token } = await session()
    const { statusCode } = await admin.process.app.inject({
      method: 'POST',
      url: '/api/v1/auth/logout',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    })
    expect(statusCode).toBe(204)
  })

  it('400: a body that would reach the prototype', async () => {
    const { statusCode } = await admin.process.app.inject({
      method: 'POST',
      url: '/api/v1/auth/login',
      headers: { 'content-type': 'application/json' },
      payload: '{"__proto__":{"isSuperuser":true},"username":"root"}',
    })
    expect(statusCode).toBe(400)
  })
})

describe('POST auth/refresh', () => {
  it('200: changes a refresh token for a new pair', async () => {
    const first = await session()
    const second = await renew(first.refresh_token)
    expect(second.status).toBe(200)
    expect((await admin.with((second.body as Session).access_token).get('users/me')).status).toBe(200)
  })

  it('401: a token that is used a second time ends the whole login', async () => {
    const first = await session()
    const second = (await renew(first.refresh_token)).body as Session
    expect((await renew(first.refresh_token)).status).toBe(401)
    expect((await renew(second.refresh_token)).status).toBe(401)
    expect((await admin.with(second.access_token).get('users/me')).status).toBe(401)
    const audit = await admin.get('audit-log?action=user.refresh_token_reused')
    expect(audit.body).toMatchObject({ total: 1 })
  })

  it('401: of two that use it at the same time at most one gets a session', async () => {
    const { refresh_token } = await session()
    const answers = await Promise.all([renew(refresh_token), renew(refresh_token), renew(refresh_token)])
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
  })

  it('401: a token that is not known', async () => {
    expect((await renew('made up')).status).toBe(401)
  })
})

describe('POST auth/logout', () => {
  it('204: ends access and refresh tokens at once, and other logins go on', async () => {
    const [mine, other] = [await session(), await session()]
    expect((await admin.with(mine.access_token).post('auth/logout')).status).toBe(204)
    expect((await admin.with(mine.access_token).get('users/me')).status).toBe(401)
    expect((await renew(mine.refresh_token)).status).toBe(401)
    expect((await admin.with(other.access_token).get('users/me')).status).toBe(200)
  })

  it('401: without a token', async () => {
    expect(await admin.with(undefined).post('auth/logout')).toMatchObject({
      status: 401,
      body: { code: 'SESSION_REJECTED' },
    })
  })
})

describe('users/me', () => {
  it('200: PATCH changes the profile; 409 for somebody else’s address; 422 for a bad one', async () => {
    const dev = await admin.as('Dev')
    expect((await dev.patch('users/me', { email: 'dev@example.com', full_name: 'A Dev' })).body).toMatchObject({
      email: 'dev@example.com',
      full_name: 'A Dev',
    })
    expect(await admin.patch('users/me', { email: 'DEV@example.com' })).toMatchObject({
      status: 409,
      body: { message: 'A user with the e-mail address "dev@example.com" exists already' },
    })
    expect((await admin.patch('users/me', { email: 'no address' })).status).toBe(422)
    expect(
      await signIn(
        {
          ...dev,
          post: (path) => admin.with(undefined).post(path, { email: 'dev@example.com', password: 'password of Dev' }),
        },
        SUPERUSER,
      ),
    ).toBeTruthy()
  })

  it('204: a new password ends every other login; 422 for a wrong or equal one', async () => {
    const admins = await admin.as('Admin')
    const others = await signIn(admin.with(undefined), { username: 'admin', password: 'password of Admin' })
    const change = (current_password: string, new_password: string) =>
      admins.patch('users/me/password', { current_password, new_password })
    expect(await change('wrong', 'a new password')).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'current_password' }] },
    })
    expect((await change('password of Admin', 'password of Admin')).status).toBe(422)
    expect((await change('password of Admin', 'short')).status).toBe(422)
    expect((await change('password of Admin', 'a new password')).status).toBe(204)
    expect((await admins.get('users/me')).status).toBe(200)
    expect((await admin.with(others).get('users/me')).status).toBe(401)
    expect(await signIn(admin.with(undefined), { username: 'admin', password: 'a new password' })).toBeTruthy()
  })

  it('200: permissions of the roles', async () => {
    const { body } = await (await admin.as('Dev')).get('users/me/permissions')
    const permissions = (body as { data: { permission: string }[] }).data.map(({ permission }) => permission)
    expect(permissions).toContain('api:publish')
    expect(permissions).not.toContain('client:read')
  })
})

import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAdmin, type AdminUnderTest } from '../testing/admin-under-test.js'

let database: FreshDatabase
let admin: AdminUnderTest
beforeAll(async () => {
  database = await freshDatabase()
  admin = await startAdmin(database.url, {
    BACKEND_CORS_ORIGINS: 'https://console.example.com',
    TRUSTED_PROXY_COUNT: '1',
  })
})
afterAll(async () => {
  await admin.close()
  await database.drop()
})

const inject = (url: string, headers: Record<string, string> = {}, method: 'GET' | 'OPTIONS' | 'PUT' = 'GET') =>
  admin.process.app.inject({ method, url, headers })

describe('every answer', () => {
  it('carries a request id: the caller’s when it is harmless, a new one otherwise', async () => {
    expect((await inject('/health', { 'x-request-id': 'trace-1' })).headers['x-request-id']).toBe('trace-1')
    const replaced = (await inject('/health', { 'x-request-id': 'a b"<script>' })).headers['x-request-id']
    expect(replaced).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('has the security headers, and tells caches to keep nothing of the API', async () => {
    const { headers } = await inject('/api/v1/users/me')
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'cache-control': 'no-store',
    })
    expect(headers['content-security-policy']).not.toContain('unsafe')
  })

  it('lets only the named origins read it from a browser', async () => {
    const allowed = await inject('/api/v1/users/me', { origin: 'https://console.example.com' })
    expect(allowed.headers['access-control-allow-origin']).toBe('https://console.example.com')
    const other = await inject('/api/v1/users/me', { origin: 'https://evil.example.com' })
    expect(other.headers['access-control-allow-origin']).toBeUndefined()
    const preflight = await inject(
      '/api/v1/users/me',
      { origin: 'https://console.example.com', 'access-control-request-method': 'PATCH' },
      'OPTIONS',
    )
    expect(preflight.headers['access-control-allow-methods']).toContain('PATCH')
  })

  it('is the error envelope for what does not exist', async () => {
    const { statusCode, body } = await inject('/api/v1/nothing-here')
    expect(statusCode).toBe(404)
    expect(JSON.parse(body)).toMatchObject({
      success: false,
      data: [],
      code: 'NOT_FOUND',
      request_id: expect.any(String),
    })
  })

  it('is the error envelope for a URL that cannot be decoded', async () => {
    const { statusCode, body, headers } = await inject('/api/v1/modules/%zz')
    expect(statusCode).toBe(400)
    expect(JSON.parse(body)).toMatchObject({
      success: false,
      code: 'REQUEST_MALFORMED',
      request_id: headers['x-request-id'],
    })
  })

  it('413: a body over the limit keeps its status', async () => {
    const { statusCode } = await admin.process.app.inject({
      method: 'POST',
      url: '/api/v1/auth/login',
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify({ username: 'x'.repeat(5_000_000), password: 'y' }),
    })
    expect(statusCode).toBe(413)
  })

  it('takes the caller’s address from behind as many proxies as are trusted, and no further', async () => {
    await admin.process.app.inject({
      method: 'POST',
      url: '/api/v1/auth/login',
      headers: { 'x-forwarded-for': '6.6.6.6, 203.0.113.7' },
      payload: { username: 'root', password: 'correct horse battery' },
    })
    expect((await admin.get('audit-log?action=user.login&page_size=1')).body).toMatchObject({
      data: [{ ip: '203.0.113.7' }],
    })
  })
})

describe('health', () => {
  it('200 while everything is there, on both ports', async () => {
    for (const server of [admin.process.app, admin.process.ops]) {
      expect((await server.inject({ url: '/health' })).body).toBe('ok')
      expect((await server.inject({ url: '/health/live' })).statusCode).toBe(200)
      expect((await server.inject({ url: '/health/ready' })).json()).toEqual({ status: 'ready', missing: [] })
      expect((await server.inject({ url: '/api/v1/utils/health-check/' })).body).toBe('true')
    }
    expect((await inject('/api/utils/health-check')).body).toBe('true')
  })

  it('503 with the name of what is missing: a migration that has not run', async () => {
    const change = (sql: string) => admin.process.ports.database.transaction((tx) => tx.query(sql))
    await change(`UPDATE schema_migrations SET name = 'x' || name`)
    const { statusCode, body } = await inject('/api/v1/utils/health-check/')
    await change(`UPDATE schema_migrations SET name = substr(name, 2)`)
    expect(statusCode).toBe(503)
    expect(JSON.parse(body)).toEqual({
      success: false,
      message: 'Service Unavailable',
      data: ['migrations_not_at_head'],
    })
  })

  it('serves metrics on the ops port alone, by route and not by id', async () => {
    await admin.get('modules/00000000-0000-4000-8000-000000000000')
    const { body } = await admin.process.ops.inject({ url: '/metrics' })
    expect(body).toContain('route="/api/v1/modules/:id",status="404"')
    expect((await inject('/metrics')).statusCode).toBe(404)
  })
})

describe('the API reference', () => {
  it('is OpenAPI 3.1 with every route, its schemas resolved, and no secret in any answer', async () => {
    const document = JSON.parse((await inject('/openapi.json')).body) as Record<string, unknown>
    expect(document['openapi']).toBe('3.1.0')
    const text = JSON.stringify(document)
    const refs = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name)
    const components = (document['components'] as { schemas: object }).schemas
    expect(refs.length).toBeGreaterThan(50)
    expect([...new Set(refs)].filter((name) => !Object.hasOwn(components, name ?? ''))).toEqual([])
    expect(text).not.toContain('#/$defs/')
    expect(text).not.toMatch(/password_sealed|secret_hash/)
    expect(document['paths']).toMatchObject({
      '/api/v1/datasources/{id}': {
        patch: { requestBody: expect.anything(), responses: { 200: expect.anything(), 422: expect.anything() } },
      },
    })
  })

  it('is shown at /docs by files that the content security policy lets run', async () => {
    const page = await inject('/docs')
    expect(page.headers['content-type']).toContain('text/html')
    const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? '')
    expect(files.length).toBe(4)
    for (const file of files) expect((await inject(file)).statusCode, file).toBe(200)
    expect(page.body).not.toMatch(/<script>|<style|onload=/)
    expect((await inject('/docs/../package.json')).statusCode).toBe(404)
  })
})

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ScriptConnection } from '@penstock/app-config'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openScriptHttp } from './open-script-http.js'

const SECRET = 'Bearer s3cr3t-of-the-partner'
let server: Server
let port: number
const received: { readonly url: string; readonly headers: Readonly<Record<string, unknown>> }[] = []

/** A service that tells everything that it was sent. */
beforeAll(async () => {
  server = createServer((request, response) => {
    const { url = '', headers } = request
    received.push({ url, headers })
    if (url === '/v2/away') return void response.writeHead(302, { location: 'http://evil.example/' }).end()
    const credentials = String(headers.authorization)
    response.setHeader('x-echo', credentials)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ url, credentials, bare: credentials.slice(7), accept: headers.accept }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const crm = (own: Partial<ScriptConnection> = {}): ScriptConnection => ({
  name: 'crm',
  url: `http://127.0.0.1:${port}/v2/`,
  headers: { authorization: SECRET, accept: 'application/json' },
  modules: ['sales'],
  internal: true,
  ...own,
})
const ask = (
  url: string,
  own: Partial<ScriptConnection> = {},
  { name = 'crm', moduleName = 'sales', moduleId = 'id-of-sales', headers = {} } = {},
) =>
  openScriptHttp({ hosts: ['*'], connections: [crm(own)], perCallerMax: 5, bytesMax: 100_000 }).request(
    { method: 'GET', url, via: { name, moduleId, moduleName }, headers, body: undefined, timeoutMs: 2_000 },
    'caller',
    new AbortController().signal,
  )

describe('a named connection', () => {
  it('goes to a path behind its URL, with its headers in front of those of the script', async () => {
    const answer = await ask('/customers?id=7', {}, { headers: { Authorization: 'mine', 'x-own': 'kept' } })
    expect(JSON.parse(answer.text)).toMatchObject({ url: '/v2/customers?id=7', accept: 'application/json' })
    expect(received.at(-1)?.headers).toMatchObject({ authorization: SECRET, 'x-own': 'kept' })
  })

  it('never tells a script its credentials, not even when the service repeats them', async () => {
    const answer = await ask('/customers')
    expect(answer.headers).toMatchObject({ 'x-echo': '[hidden]', 'content-type': 'application/json' })
    expect(JSON.parse(answer.text)).toMatchObject({ credentials: '[hidden]', bare: '[hidden]' })
    expect(JSON.stringify(answer)).not.toContain('s3cr3t')
  })

  it('does not follow its service to another host', async () => {
    const before = received.length
    expect(await ask('/away')).toMatchObject({ status: 302, headers: { location: 'http://evil.example/' } })
    expect(received.length).toBe(before + 1)
  })

  it.each([
    'customers',
    '',
    '@evil.example/',
    '.evil.example/',
    ':81/',
    '/../admin',
    '/%2e%2e/admin',
    '/..%2fadmin',
    '/a/%2E%2E%5cadmin',
    'http://evil.example/',
  ])('does not leave its URL by the path %j', async (path) => {
    const before = received.length
    await expect(ask(path)).rejects.toThrow('a path of the connection crm begins with / and has no .. in it')
    expect(received.length).toBe(before)
  })

  it('stays on its host, whatever stands at the start of a path', async () => {
    expect(JSON.parse((await ask('//evil.example/')).text)).toMatchObject({ url: '/v2//evil.example/' })
  })

  it('is there for the modules that it was granted to, by name or id, and for no other', async () => {
    await expect(ask('/', {}, { moduleName: 'orders', moduleId: 'id-of-orders' })).rejects.toThrow(
      'there is no connection "crm" for the module "orders": define it in SCRIPT_HTTP_CONNECTIONS, with this module',
    )
    await expect(ask('/', {}, { name: 'erp' })).rejects.toThrow('there is no connection "erp"')
    expect((await ask('/', { modules: ['id-of-sales'] }, { moduleName: 'renamed' })).status).toBe(200)
    expect((await ask('/', { modules: ['*'] }, { moduleName: 'orders' })).status).toBe(200)
  })

  it('has a private address only where the operator says so, and never one of cloud metadata', async () => {
    await expect(ask('/', { internal: false })).rejects.toThrow(
      '127.0.0.1 is not on the internet: set internal of the connection crm to true',
    )
    await expect(ask('/', { url: 'http://169.254.169.254/' })).rejects.toThrow('is not on the internet')
  })

  it('opens its private address to nobody but itself', async () => {
    const http = openScriptHttp({ hosts: ['*'], connections: [crm()], perCallerMax: 5, bytesMax: 100_000 })
    const plain = { method: 'GET', headers: {}, body: undefined, timeoutMs: 2_000 } as const
    const { signal } = new AbortController()
    const via = { name: 'crm', moduleId: 'id', moduleName: 'sales' }
    expect((await http.request({ ...plain, url: '/', via }, 'caller', signal)).status).toBe(200)
    await expect(http.request({ ...plain, url: `http://127.0.0.1:${port}/` }, 'caller', signal)).rejects.toThrow(
      'is not allowed',
    )
  })

  it('cannot be made with a header that says how a message travels', () => {
    expect(() =>
      openScriptHttp({
        hosts: [],
        connections: [crm({ headers: { host: 'evil' } })],
        perCallerMax: 1,
        bytesMax: 1,
      }),
    ).toThrow('SCRIPT_HTTP_CONNECTIONS crm.headers: host cannot be set for a request')
  })
})

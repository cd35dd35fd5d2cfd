import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { freePort } from '@penstock/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { askAdmin, reasonOf } from './ask-admin.js'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

let close: (() => void) | undefined
afterEach(() => close?.())

/** A real server that answers as the test says. */
async function admin(handler: Handler): Promise<{ adminInternalUrl: string; serviceToken: string }> {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  close = () => {
    server.closeAllConnections()
    server.close()
  }
  const { port } = server.address() as AddressInfo
  return { adminInternalUrl: `http://127.0.0.1:${port}`, serviceToken: 'token' }
}
const { signal } = new AbortController()

describe('askAdmin', () => {
  it('asks with the service token and gives status, ETag and text', async () => {
    const address = await admin(({ method, url, headers }, response) =>
      response.writeHead(203, { etag: '"7"' }).end(JSON.stringify([method, url, headers.authorization])),
    )
    expect(await askAdmin(address, '/internal/x?a=1', { signal })).toEqual({
      status: 203,
      etag: '"7"',
      date: expect.any(String),
      text: '["GET","/internal/x?a=1","Bearer token"]',
    })
  })

  it('posts a body as JSON, text beyond ASCII included', async () => {
    const address = await admin((request, response) => {
      response.writeHead(200, { 'content-type': request.headers['content-type'] })
      request.pipe(response)
    })
    expect(await askAdmin(address, '/internal/x', { signal, body: '{"ü":"€"}' })).toMatchObject({ text: '{"ü":"€"}' })
  })

  it('asks again when a kept connection turns out to be closed', async () => {
    let asked = 0
    const address = await admin((request, response) => {
      asked += 1
      if (asked === 2) request.socket.resetAndDestroy()
      else response.end('here')
    })
    expect(await askAdmin(address, '/internal/x', { signal })).toMatchObject({ text: 'here' })
    expect(await askAdmin(address, '/internal/x', { signal, body: '{}' })).toMatchObject({ text: 'here' })
    expect(asked).toBe(3)
  })

  it('fails with a reason when nobody listens, when the answer breaks off, and when it is aborted', async () => {
    const nobody = { adminInternalUrl: `http://127.0.0.1:${await freePort()}`, serviceToken: 'token' }
    await expect(askAdmin(nobody, '/internal/x', { signal }).catch(reasonOf)).resolves.toContain('ECONNREFUSED')
    const broken = await admin((_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half')
      response.destroy()
    })
    await expect(askAdmin(broken, '/internal/x', { signal })).rejects.toThrow()
    const silent = await admin(() => undefined)
    const call = new AbortController()
    const asking = askAdmin(silent, '/internal/x', { signal: call.signal })
    call.abort()
    await expect(asking).rejects.toThrow()
  })
})

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { BODIES_MAX, bodiesRequest, bodyHash } from '@penstock/contracts'
import { afterEach, describe, expect, it } from 'vitest'
import { httpSource } from './http-source.js'

let close: (() => void) | undefined
afterEach(() => close?.())

const bodies = new Map(Array.from({ length: 2 * BODIES_MAX + 1 }, (_, n) => [bodyHash(`${n}`), `${n}`]))

/** A real server with all the bodies, which refuses whole pages as the test says. */
async function admin(refuses: (page: readonly string[]) => boolean = () => false) {
  const pages: (readonly string[])[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    request.on('end', () => {
      const { hashes } = bodiesRequest.parse(JSON.parse(text))
      pages.push(hashes)
      const answer = { bodies: Object.fromEntries(hashes.map((hash) => [hash, bodies.get(hash)])) }
      response.writeHead(refuses(hashes) ? 503 : 200).end(JSON.stringify(answer))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  close = () => {
    server.closeAllConnections()
    server.close()
  }
  const { port } = server.address() as AddressInfo
  return { pages, source: httpSource({ adminInternalUrl: `http://127.0.0.1:${port}`, serviceToken: 'token' }) }
}
const { signal } = new AbortController()

describe('bodies from admin', () => {
  it('come page by page, each asked for once', async () => {
    const { pages, source } = await admin()
    expect(await source.bodies([...bodies.keys()], signal)).toEqual(bodies)
    expect(pages.map((page) => page.length).toSorted((a, b) => a - b)).toEqual([1, BODIES_MAX, BODIES_MAX])
    expect(pages.flat().toSorted()).toEqual([...bodies.keys()].toSorted())
  })

  it.each([0, 1, 2])('are not given in part when page %i is refused', async (refused) => {
    const first = [...bodies.keys()][refused * BODIES_MAX] ?? ''
    const { source } = await admin((page) => page.includes(first))
    await expect(source.bodies([...bodies.keys()], signal)).rejects.toThrow('admin answered 503')
  })

  it('are not asked for when none are lacking', async () => {
    const { pages, source } = await admin()
    expect(await source.bodies([], signal)).toEqual(new Map())
    expect(pages).toEqual([])
  })
})

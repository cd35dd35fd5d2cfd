import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { createGzip, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Resolve } from './checked-address.js'
import { openScriptHttp } from './open-script-http.js'

let server: Server
let port: number
let asked: string[] = []
let bombBytes = 0

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.headers.host} ${request.url}`)
    const at = (request.url ?? '/').split('?')[0]
    if (at === '/gzip')
      return void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"packed":true}'))
    if (at === '/redirect')
      return void response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end()
    if (at === '/never') return
    if (at === '/big') return void response.end('x'.repeat(200_000))
    if (at === '/bomb') {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      const zip = createGzip()
      zip.pipe(response)
      const more = (): void => {
        while (!zip.destroyed && !response.destroyed && bombBytes < 1e9) {
          bombBytes += 1e6
          if (!zip.write(Buffer.alloc(1e6))) return void zip.once('drain', more)
        }
      }
      response.on('close', () => zip.destroy())
      return more()
    }
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify({
          url: request.url,
          body: Buffer.concat(chunks).toString(),
          type: request.headers['content-type'],
        }),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const names: Record<string, readonly string[]> = {}
const resolve: Resolve = async (host) => {
  const found = names[host]
  if (found === undefined) throw new Error('ENOTFOUND')
  return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
}
const client = (hosts: readonly string[], more: { resolve?: Resolve; perCallerMax?: number } = {}) =>
  openScriptHttp({ hosts, perCallerMax: 5, bytesMax: 100_000, resolve, ...more })
const get = (
  url: string,
  hosts: readonly string[],
  more: { resolve?: Resolve; timeoutMs?: number; headers?: Record<string, string> } = {},
) =>
  client(hosts, more).request(
    { method: 'GET', url, headers: more.headers ?? {}, body: undefined, timeoutMs: more.timeoutMs ?? 2_000 },
    'caller',
    new AbortController().signal,
  )
const refused = async (answer: Promise<unknown>, words: string) => {
  asked = []
  await expect(answer).rejects.toThrow(words)
  expect(asked).toEqual([])
}

// Every spelling of an address that is not of the public internet, on the usual port and with every host allowed.
const LITERALS = [
  ...[
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '0x7f000001',
    '2130706433',
    '0177.0.0.1',
    '017700000001',
    '127.0.0.1.',
    '１２７.０.０.１',
    '127。0。0。1',
  ],
  ...[
    '0',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '169.254.169.254.',
    '0xa9fea9fe',
    '2852039166',
  ],
  ...[
    '100.64.0.1',
    '192.0.0.192',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '192.0.2.1',
    '198.51.100.1',
    '203.0.113.1',
  ],
  ...[
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:a9fe:a9fe]',
    '[::127.0.0.1]',
    '[0:0:0:0:0:ffff:127.0.0.1]',
  ],
  ...[
    '[64:ff9b::7f00:1]',
    '[64:ff9b::169.254.169.254]',
    '[64:ff9b:1::1]',
    '[2002:7f00:1::]',
    '[2002:a9fe:a9fe::1]',
    '[2001:0:7f00:1::1]',
  ],
  ...['[fe80::1]', '[fc00::1]', '[fd00::1]', '[fd00:ec2::254]', '[ff02::1]', '[2001:db8::1]', '[fec0::1]', '[100::1]'],
]

describe('a request of a script', () => {
  it.each(LITERALS)('does not go to %s, though every host is allowed', async (host) => {
    await refused(get(`http://${host}/`, ['*']), 'is not on the internet')
  })

  it.each(LITERALS)('does not go to a name that resolves to %s', async (host) => {
    const { hostname } = new URL(`http://${host}/`)
    names['evil.example'] = [hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')]
    await refused(get('http://evil.example/', ['*.example', 'evil.example']), 'is not on the internet')
  })

  it('does not go to a name of which one address is private', async () => {
    names['mixed.example'] = ['93.184.216.34', '127.0.0.1']
    await refused(get('http://mixed.example/', ['*']), 'is not on the internet')
    names['mixed.example'] = ['93.184.216.34', '::1']
    await refused(get('http://mixed.example/', ['*']), 'is not on the internet')
  })

  it('asks for the addresses of a name once, so that the next answer cannot be another', async () => {
    let times = 0
    const rebinding: Resolve = async () => [{ address: (times += 1) === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }]
    const answer = await get(`http://rebind.example:${port}/`, [`rebind.example:${port}`], { resolve: rebinding })
    expect([answer.status, times]).toEqual([200, 1])
    await refused(
      get('http://rebind.example/', ['*'], { resolve: async () => [{ address: '127.0.0.1', family: 4 }] }),
      'not on the internet',
    )
  })

  it('does not follow a redirect', async () => {
    const answer = await get(`http://127.0.0.1:${port}/redirect`, [`127.0.0.1:${port}`])
    expect([answer.status, answer.headers['location']]).toEqual([302, 'http://169.254.169.254/latest/meta-data'])
  })

  it('goes to an internal host that is listed by its own name and port, and to no other port of it', async () => {
    names['inside.example'] = ['127.0.0.1']
    expect((await get(`http://inside.example:${port}/`, [`inside.example:${port}`])).status).toBe(200)
    expect((await get(`http://0x7f.1:${port}/`, [`127.0.0.1:${port}`])).status).toBe(200)
    await refused(get(`http://inside.example:${port}/`, ['inside.example']), 'is not allowed')
    await refused(get(`http://inside.example:${port}/`, [`*:${port}`]), 'is not on the internet')
    await refused(get(`http://inside.example:${port}/`, [`*.example:${port}`]), 'is not on the internet')
    names['inside.example'] = ['169.254.169.254']
    await refused(get(`http://inside.example:${port}/`, [`inside.example:${port}`]), 'is not on the internet')
  })

  it.each([
    ['http://api.example/', []],
    ['http://api.example/', ['*.api.example']],
    ['http://api.example.evil.test/', ['api.example']],
    ['http://notapi.example/', ['api.example']],
    ['http://api.example:8080/', ['api.example', '*']],
    ['http://api.example:81/', ['api.example:80']],
  ])('to %s is refused where %j are allowed', async (url, hosts) => {
    await refused(get(url, hosts), 'is not allowed')
  })

  it.each([
    'file:///etc/passwd',
    'gopher://api.example/',
    'ftp://api.example/',
    'data:text/plain,x',
    '//api.example/',
    'nothing',
    'http://',
  ])('to %s is refused', async (url) => {
    await refused(get(url, ['*']), 'only http and https')
  })

  it('may not hold credentials, nor headers that say how it travels', async () => {
    await refused(get('http://user:secret@api.example/', ['*']), 'credentials')
    for (const name of [
      'Host',
      'connection',
      'Content-Length',
      'transfer-encoding',
      'Expect',
      'upgrade',
      'Proxy-Authorization',
    ])
      await refused(
        get(`http://127.0.0.1:${port}/`, [`127.0.0.1:${port}`], { headers: { [name]: 'x' } }),
        'cannot be set',
      )
    await refused(
      get(`http://127.0.0.1:${port}/`, [`127.0.0.1:${port}`], { headers: { 'x-a': 'b\r\nx-injected: 1' } }),
      'did not answer',
    )
    await refused(
      get(`http://127.0.0.1:${port}/`, [`127.0.0.1:${port}`], { headers: { 'x-a\r\nx-b': '1' } }),
      'did not answer',
    )
  })
})

describe('the answer to a request', () => {
  const here = () => [`127.0.0.1:${port}`]

  it('is unpacked', async () => {
    expect((await get(`http://127.0.0.1:${port}/gzip`, here())).text).toBe('{"packed":true}')
  })

  it('is refused as soon as it is too big, packed or not: a bomb is not unpacked', async () => {
    await expect(get(`http://127.0.0.1:${port}/big`, here())).rejects.toThrow('more than 100000 bytes')
    bombBytes = 0
    await expect(get(`http://127.0.0.1:${port}/bomb`, here(), { timeoutMs: 20_000 })).rejects.toThrow(
      'more than 100000 bytes',
    )
    expect(bombBytes).toBeLessThan(500_000_000)
  })

  it('is waited for no longer than said, nor is a name, nor a server that says nothing', async () => {
    await expect(get(`http://127.0.0.1:${port}/never`, here(), { timeoutMs: 150 })).rejects.toThrow(
      'no answer within 150 ms',
    )
    const slow: Resolve = () => new Promise(() => undefined)
    await expect(get('http://slow.example/', ['*'], { resolve: slow, timeoutMs: 150 })).rejects.toThrow(
      'no answer within 150 ms',
    )
    const silent = createTcpServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port: deaf } = silent.address() as AddressInfo
    await expect(get(`http://127.0.0.1:${deaf}/`, [`127.0.0.1:${deaf}`], { timeoutMs: 150 })).rejects.toThrow(
      'no answer within',
    )
    silent.close()
  })

  it('is given up when the job ends', async () => {
    const job = new AbortController()
    const request = {
      method: 'GET',
      url: `http://127.0.0.1:${port}/never`,
      headers: {},
      body: undefined,
      timeoutMs: 5_000,
    } as const
    const answer = client(here()).request(request, 'caller', job.signal)
    job.abort()
    await expect(answer).rejects.toThrow('the script has ended')
  })

  it('comes from so many requests of one caller at once, and no more', async () => {
    const http = client(here(), { perCallerMax: 1 })
    const job = new AbortController()
    const never = {
      method: 'GET',
      url: `http://127.0.0.1:${port}/never`,
      headers: {},
      body: undefined,
      timeoutMs: 5_000,
    } as const
    const first = http.request(never, 'one', job.signal)
    await expect(http.request(never, 'one', job.signal)).rejects.toThrow('more than 1 requests')
    expect((await http.request({ ...never, url: `http://127.0.0.1:${port}/` }, 'two', job.signal)).status).toBe(200)
    job.abort()
    await expect(first).rejects.toThrow()
    expect(
      (await http.request({ ...never, url: `http://127.0.0.1:${port}/` }, 'one', new AbortController().signal)).status,
    ).toBe(200)
  })
})

it.each(['http://api.example', 'api.example/path', 'a b', '*.*', '*.127.0.0.1', 'api.example:99999', ''])(
  'the list of hosts cannot hold %j',
  (entry) => {
    expect(() => client([entry])).toThrow('SCRIPT_HTTP_ALLOWED_HOSTS')
  },
)

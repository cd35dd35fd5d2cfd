// A million rows to a caller who reads slowly: the gateway holds a few batches of them, whatever the format, and none is lost.
import { readFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { createGunzip } from 'node:zlib'
import { waitUntil } from '@penstock/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { flights, publishedApi, type Flights } from './harness/flights.js'
import { call } from './harness/http.js'
import { startSystem, type System } from './harness/start-system.js'

const ROWS = 1_000_000
const MEGABYTE = 1_048_576
const GROWTH_BYTES_MAX = 64 * MEGABYTE
// A pause for every so many bytes: the server is ahead of the reader from the first to the last.
const PAUSE_EVERY_BYTES = MEGABYTE
const PAUSE_MS = 75

let system: System
let place: Flights
let url: string

beforeAll(async () => {
  system = await startSystem({ env: { FLOW_CONTROL_RATE_LIMIT_PER_MINUTE: '0' } })
  const admin = await system.signIn()
  place = await flights(admin)
  const id = await publishedApi(admin, place, {
    name: 'all',
    path: 'all',
    content: `SELECT generate_series(1, ${ROWS}) AS id, 'a, "text"' AS name, 12.50 AS price, now() AS at`,
    stream: true,
  })
  expect((await admin.get(`apis/${id}`)).body.stream).toBe(true)
  url = `${system.gateways[0]?.url ?? ''}/api/all`
  await waitUntil(async () => (await call('HEAD', `${url}?format=csv`)).status === 200, { withinMs: 5000 })
})
afterAll(async () => {
  await system?.stop()
  await place?.drop()
})

function residentBytes(): number {
  const status = readFileSync(`/proc/${system.gateways[0]?.pid() ?? 0}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}

/** Reads slowly to the end; how many lines there were, and the most memory that the gateway had meanwhile. */
async function readSlowly(format: string, headers: Record<string, string> = {}) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${url}?format=${format}`, { headers }, resolve).on('error', reject)
  })
  const body = headers['accept-encoding'] === 'gzip' ? answer.pipe(createGunzip()) : answer
  let [lines, bytes, pauseAt, mostBytes] = [0, 0, PAUSE_EVERY_BYTES, 0]
  for await (const piece of body as AsyncIterable<Buffer>) {
    bytes += piece.length
    for (let at = piece.indexOf(10); at !== -1; at = piece.indexOf(10, at + 1)) lines += 1
    if (bytes < pauseAt) continue
    pauseAt += PAUSE_EVERY_BYTES
    mostBytes = Math.max(mostBytes, residentBytes())
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  return { lines, mostBytes, complete: answer.complete }
}

it.each([
  ['csv', {}, ROWS + 1],
  ['ndjson', {}, ROWS],
  ['csv', { 'accept-encoding': 'gzip' }, ROWS + 1],
])('sends a million rows as %s %j to a slow reader within 64 MB', async (format, headers, expected) => {
  const beforeBytes = residentBytes()
  const { lines, mostBytes, complete } = await readSlowly(format, headers)
  expect([lines, complete]).toEqual([expected, true])
  console.log(`${format} ${JSON.stringify(headers)}: grew by ${((mostBytes - beforeBytes) / MEGABYTE).toFixed(1)} MB`)
  expect(mostBytes - beforeBytes).toBeLessThan(GROWTH_BYTES_MAX)
})

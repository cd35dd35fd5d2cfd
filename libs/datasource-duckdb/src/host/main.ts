import { Socket } from 'node:net'
import { encodeFrame, frameReader, OVERRUN_CODE, WIRE_FD } from '../protocol/frame.js'
import type { Reply, Request, Setup } from '../protocol/messages.js'
import { faultOf } from './fault.js'
import { Host } from './host.js'
import { openPlace } from './open-place.js'

// The process that holds DuckDB. It is told what to open once, and answers requests until its wire ends.
const wire = new Socket({ fd: WIRE_FD, readable: true, writable: true })
const read = frameReader()
const RSS_LOOK_MS = 100
let host: Promise<Host | undefined> | undefined

// It lives as long as the process that asks, and ends with it; a Ctrl-C in a terminal is that one's affair, which may still have calls to finish.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
wire.on('close', () => process.exit(0))
wire.on('error', () => process.exit(0))
wire.on('data', (chunk: Buffer) => {
  for (const message of read(chunk)) take(message)
})

function send(reply: Reply): void {
  wire.write(encodeFrame(reply))
}

/** The parent is trusted, so its messages are taken at their word. */
function take(message: unknown): void {
  if (isSetup(message)) host ??= open(message)
  else if (isRequest(message)) void host?.then((opened) => opened?.take(message))
}

async function open(setup: Setup): Promise<Host | undefined> {
  // DuckDB counts its buffers, not all that it allocates: this is the bound that holds.
  setInterval(() => {
    if (process.memoryUsage.rss() > setup.processBytesMax) process.exit(OVERRUN_CODE)
  }, RSS_LOOK_MS)
  try {
    const place = await openPlace(setup)
    send({ kind: 'ready', version: place.version })
    return new Host(place, send)
  } catch (error) {
    send({ kind: 'refused', fault: faultOf(error) })
    return undefined
  }
}

function isSetup(message: unknown): message is Setup {
  return kindOf(message) === 'setup'
}

function isRequest(message: unknown): message is Request {
  return ['run', 'more', 'stop', 'prepare', 'tables', 'running'].includes(kindOf(message) ?? '')
}

function kindOf(message: unknown): string | undefined {
  return typeof message === 'object' && message !== null && 'kind' in message ? String(message.kind) : undefined
}

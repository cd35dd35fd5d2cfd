import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import { encodeFrame, FRAME, frameCutter, routeOf } from '../protocol/frame.js'
import { FRAME_BYTES_MAX, WIRE_FD } from '../protocol/wire.js'
import './web-assembly.js'
import type { WorkerData } from './worker-data.js'

// Main thread of the script host. It only carries frames between the process that asks and the threads: whatever a thread does, this one
// stays free to end it.
const wire = new Socket({ fd: WIRE_FD, readable: true, writable: true })
const workers = new Map<number, Worker>()
const module = new WebAssembly.Module(engineBytes())
const cut = frameCutter(FRAME_BYTES_MAX)
let settingsText = ''

// The host lives as long as the process that asks, and ends with it; a Ctrl-C in a terminal is that one's affair, which may still have calls to finish.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
wire.on('close', () => process.exit(0))
wire.on('error', () => process.exit(0))
wire.on('data', (chunk: Buffer) => {
  for (const frame of cut(chunk)) take(frame)
})

function take(frame: Buffer): void {
  const { kind, slot } = routeOf(frame)
  // A text of one frame, so all after its head and its length.
  if (kind === FRAME.setup) settingsText = frame.toString('utf8', 21)
  else if (kind === FRAME.open) open(slot)
  else if (kind === FRAME.close) void workers.get(slot)?.terminate()
  else workers.get(slot)?.postMessage(frame)
}

function open(slot: number): void {
  const data: WorkerData = { slot, module, settingsText }
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData: data,
    env: {},
    // 4 MB of stack is not enough for the engine's parser; 64 MB of heap is for what crosses, not for scripts.
    resourceLimits: { stackSizeMb: 16, maxOldGenerationSizeMb: 64 },
  })
  workers.set(slot, worker)
  worker.on('message', (bytes: Uint8Array) => wire.write(bytes))
  worker.on('error', (error: unknown) => {
    process.stderr.write(`thread ${slot}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  })
  worker.on('exit', () => {
    workers.delete(slot)
    wire.write(encodeFrame({ kind: FRAME.closed, slot, job: 0, call: 0, texts: [] }))
  })
}

function engineBytes(): Buffer {
  const require = createRequire(import.meta.url)
  const entry = createRequire(require.resolve('quickjs-emscripten')).resolve('@jitl/quickjs-wasmfile-release-sync/wasm')
  return readFileSync(entry)
}

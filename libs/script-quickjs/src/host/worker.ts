import { parentPort, workerData } from 'node:worker_threads'
import { decodeFrame, encodeFrame, FRAME, type Frame } from '../protocol/frame.js'
import type { EndHead } from '../protocol/ends.js'
import type { CheckHead, JobHead, Setup } from '../protocol/messages.js'
import { checkProgram } from './check.js'
import { openEngine } from './engine.js'
import { BrokenPrelude } from './guest.js'
import { JobRun } from './job-run.js'
import { Station } from './station.js'
import { workerDataOf } from './worker-data.js'
import { ZoneOffsets } from './zone-offsets.js'

// One thread of the script host: an instance of the interpreter that serves one job at a time, and a spare one that takes its place when it is in doubt.
const port = parentPort
if (port === null) throw new Error('this is the thread of a script host')
const { slot, module, settingsText } = workerDataOf(workerData)
const settings: Setup = JSON.parse(settingsText)
const without = new Set(settings.withoutDefences)
const zones = new ZoneOffsets(collect)
const guestSettings = {
  prelude: settings.prelude,
  extraModules: new Map(settings.extraModules),
  without,
  timeZone: settings.timeZone,
  zoneOffset: (zone: string, ms: number) => zones.at(zone, ms),
}
const isCapped = { result: !without.has('result'), calls: !without.has('calls'), logs: !without.has('logs') }

// Without the cap, what the engine itself would take: 2 GB.
const memoryBytesMax = without.has('memory') ? 2 ** 31 - 65_536 : settings.memoryBytesMax
const makeStation = async () => new Station(await openEngine(module, memoryBytesMax), guestSettings)
// An instance serves this many jobs, then makes room: what a flaw of the engine may have left behind does not live for ever.
const JOBS_PER_STATION = 10_000
// A thread that was just started is wanted at once.
const SPARE_AFTER_MS = 50

const say = (kind: number, job: number, call: number, texts: readonly string[]): void => {
  port.postMessage(encodeFrame({ kind, slot, job, call, texts }))
}

const WARM_UP: JobHead = {
  ...{ key: '', moduleId: '', wallMs: 1_000, cpuMs: 1_000, memoryBytes: settings.memoryBytesMax, hostBytesMax: 1_000 },
  ...{ resultBytesMax: 1_000, logLinesMax: 0, logBytesMax: 0 },
  steps: [{ role: 'api', file: { name: 'warm-up', source: 'export default async () => [1]' }, macros: [] }],
}
const WARM_UP_TEXTS = { context: '{}', inputs: ['{"req":{}}'] }
const SILENT = { call: () => undefined, log: () => undefined }

let station = await firstStation()
await warmUp()
// Made when the thread has a moment; whoever needs it sooner waits for it.
let spare: Promise<Station> | undefined
setTimeout(provideSpare, SPARE_AFTER_MS)
let moduleId: string | undefined
let tidied: Promise<void> = Promise.resolve()
let running: { readonly job: number; readonly run: JobRun } | undefined

port.on('message', (bytes: Uint8Array) => {
  const frame = decodeFrame(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  if (frame.kind === FRAME.job) void serve(frame)
  else if (frame.kind === FRAME.check) void check(frame)
  else if (running?.job === frame.job) tell(running.run, frame)
})

function tell(run: JobRun, frame: Frame): void {
  if (frame.kind === FRAME.cancel) run.cancel()
  else run.answer(frame.call, frame.kind === FRAME.reply, frame.texts[0] ?? 'null')
}

async function serve(frame: Frame): Promise<void> {
  await tidied
  const [headText = '', context = 'null', ...inputs] = frame.texts
  const head: JobHead = JSON.parse(headText)
  // Tenants do not share an instance: a flaw of the engine could show one what another left in its memory.
  if (moduleId !== undefined && moduleId !== head.moduleId) await replaceStation()
  moduleId = head.moduleId
  station.engine.limitMemory(without.has('memory') ? Infinity : head.memoryBytes)
  const run = new JobRun(head, { context, inputs }, station, isCapped, {
    call: (id, name, args) => {
      say(FRAME.call, frame.job, id, [name, args])
    },
    log: (level, text) => {
      say(FRAME.log, frame.job, 0, [level, text])
    },
  })
  running = { job: frame.job, run }
  const ran = await run.run()
  running = undefined
  const end: EndHead = { end: ran.end, cpuMs: ran.cpuMs, logLinesDropped: ran.logLinesDropped }
  say(FRAME.end, frame.job, 0, [JSON.stringify(end), ...ran.results])
  if (ran.isDoubtful || station.jobs >= JOBS_PER_STATION) tidied = replaceStation()
}

async function replaceStation(): Promise<void> {
  provideSpare()
  station = await (spare ?? makeStation())
  spare = undefined
  moduleId = undefined
  collect()
  provideSpare()
}

function provideSpare(): void {
  spare ??= makeStation()
}

/** The first instance; when no instance can ever be made, says so and waits to be ended with its process. */
async function firstStation(): Promise<Station> {
  try {
    return await makeStation()
  } catch (error) {
    if (!(error instanceof BrokenPrelude)) throw error
    // Keeps the thread, which has nothing else to wait for.
    port?.on('message', () => undefined)
    say(FRAME.broken, 0, 0, [error.message])
    return new Promise(() => undefined)
  }
}

/** Runs one job, so that the first of a caller does not find a thread that has never run any of its own code. */
async function warmUp(): Promise<void> {
  const { isDoubtful } = await new JobRun(WARM_UP, WARM_UP_TEXTS, station, isCapped, SILENT).run()
  if (isDoubtful) station = await makeStation()
}

async function check(frame: Frame): Promise<void> {
  await tidied
  station.engine.limitMemory(settings.memoryBytesMax)
  say(FRAME.checked, frame.job, 0, [JSON.stringify(checkedBy(frame))])
  tidied = replaceStation()
}

function checkedBy(frame: Frame) {
  const head: CheckHead = JSON.parse(frame.texts[0] ?? '')
  try {
    return checkProgram(head, station.engine, guestSettings)
  } catch (error) {
    // Too deeply nested for the engine, or too large for its memory.
    const message = error instanceof RangeError ? 'the script nests too deeply' : 'the script is too large to compile'
    return [{ file: head.file.name, message }]
  }
}

/** The memory of a dropped instance goes back at once, not when the thread next needs some. */
function collect(): void {
  const gc: unknown = Reflect.get(globalThis, 'gc')
  if (typeof gc === 'function') Reflect.apply(gc, undefined, [])
}

say(FRAME.ready, 0, 0, [])

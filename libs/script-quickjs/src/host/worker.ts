import { parentPort, workerData } from 'node:worker_threads'
import { decodeFrame, encodeFrame, FRAME, type Frame } from '../protocol/frame.js'
import { checkHead, jobHead, setup, type EndHead } from '../protocol/setup.js'
import { checkProgram } from './check.js'
import { type Engine, openEngine } from './engine.js'
import { Guest } from './guest.js'
import { JobRun } from './job-run.js'
import { workerDataOf } from './worker-data.js'

// One thread of the script host: an instance of the interpreter, one job at a time, a fresh guest for each, prepared ahead of it.
const port = parentPort
if (port === null) throw new Error('this is the thread of a script host')
const { slot, module, settingsText } = workerDataOf(workerData)
const settings = setup.parse(JSON.parse(settingsText))
const without = new Set(settings.withoutDefences)
const guestSettings = { prelude: settings.prelude, extraModules: new Map(settings.extraModules), without }
const isCapped = { result: !without.has('result'), calls: !without.has('calls'), logs: !without.has('logs') }

// Without the cap, what the engine itself would take: 2 GB.
const memoryBytesMax = without.has('memory') ? 2 ** 31 - 65_536 : settings.memoryBytesMax
const makeEngine = () => openEngine(module, memoryBytesMax)
// An instance serves this many jobs, then makes room: what a flaw of the engine may have left behind does not live for ever.
const JOBS_PER_ENGINE = 1_000

let engine: Engine = await makeEngine()
let spare: Promise<Engine> = makeEngine()
let guest: Guest | undefined = new Guest(engine, guestSettings)
let moduleId: string | undefined
let jobsRun = 0
let tidied: Promise<void> = Promise.resolve()
let running: { readonly job: number; readonly run: JobRun } | undefined

const say = (kind: number, job: number, call: number, texts: readonly string[]): void => {
  port.postMessage(encodeFrame({ kind, slot, job, call, texts }))
}

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
  const head = jobHead.parse(JSON.parse(headText))
  // Tenants do not share an instance: a flaw of the engine could show one what another left in its memory.
  if (moduleId !== undefined && moduleId !== head.moduleId) await replaceEngine()
  moduleId = head.moduleId
  guest ??= new Guest(engine, guestSettings)
  engine.limitMemory(without.has('memory') ? Infinity : head.memoryBytes)
  const run = new JobRun(head, { context, inputs }, engine, guest, isCapped, {
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
  jobsRun += 1
  tidied = tidy(ran.isDoubtful || jobsRun >= JOBS_PER_ENGINE)
}

/** After the answer has left: makes the next guest, on another instance when this one is in doubt. */
async function tidy(isDoubtful: boolean): Promise<void> {
  if (isDoubtful) {
    await replaceEngine()
    return
  }
  if (without.has('fresh')) return
  try {
    guest?.dispose()
    guest = new Guest(engine, guestSettings)
  } catch {
    // The engine found its own books in disorder: nobody is served by it again.
    await replaceEngine()
  }
}

async function replaceEngine(): Promise<void> {
  engine = await spare
  moduleId = undefined
  jobsRun = 0
  guest = new Guest(engine, guestSettings)
  collect()
  spare = makeEngine()
}

async function check(frame: Frame): Promise<void> {
  await tidied
  engine.limitMemory(settings.memoryBytesMax)
  const texts = [JSON.stringify(checkedBy(frame))]
  say(FRAME.checked, frame.job, 0, texts)
  tidied = replaceEngine()
}

function checkedBy(frame: Frame) {
  const head = checkHead.parse(JSON.parse(frame.texts[0] ?? ''))
  try {
    return checkProgram(head, engine, guestSettings)
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

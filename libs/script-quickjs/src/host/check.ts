import type { Thrown } from '../protocol/ends.js'
import type { CheckHead } from '../protocol/messages.js'
import { JobClock } from './clock.js'
import type { Engine } from './engine.js'
import { CLOCKS } from './thread-cpu.js'
import { faultOf } from './fault.js'
import { Guest, type GuestSettings, GuestThrow } from './guest.js'

type Fault = Pick<Thrown, 'file' | 'line' | 'column' | 'message'> & { file: string }

/** Compiles the texts of a program in a runtime of their own, which nothing runs in; the faults of all texts at once. */
export function checkProgram(head: CheckHead, engine: Engine, settings: GuestSettings): Fault[] {
  const faults: Fault[] = []
  for (const macro of head.macros) {
    const fault = compileFault(macro, 'global', engine, settings)
    if (fault !== undefined) faults.push(fault)
  }
  const fault = compileFault(head.file, 'module', engine, settings) ?? entryFault(head)
  if (fault !== undefined) faults.push(fault)
  return faults
}

function compileFault(
  file: CheckHead['file'],
  type: 'global' | 'module',
  engine: Engine,
  settings: GuestSettings,
): Fault | undefined {
  const guest = new Guest(engine, settings)
  const clock = new JobClock(1_000, 1_000, CLOCKS)
  try {
    guest.begin(clock, SILENT, 32 * 1024 * 1024, '{}', [1, 2, 3])
    guest.compile(file.name, file.source, type)
    return undefined
  } catch (error) {
    if (!(error instanceof GuestThrow)) throw error
    const { message, ...place } = faultOf(error.description, () => file.source.split('\n').length)
    return {
      message,
      file: place.file ?? file.name,
      ...(place.line === undefined ? {} : { line: place.line }),
      ...(place.column === undefined ? {} : { column: place.column }),
    }
  }
}

const SILENT = { call: () => undefined, log: () => undefined }

// Names are looked for in the text: whether a program can be entered shows only when it runs, but one without any of these never can.
const ENTRIES = {
  api: {
    pattern: /\bexport\s+default\b|\bas\s+default\b|\bexecute\b|\bresult\b/,
    wanted: 'export default async function (req, ctx), function execute(params), or a value in result',
  },
  validator: { pattern: /\bvalidate\b/, wanted: 'function validate(value, params)' },
  transform: {
    pattern: /\btransform\b|\bresult\b/,
    wanted: 'function transform(result, params), or a value in result',
  },
} as const

function entryFault(head: CheckHead): Fault | undefined {
  const { pattern, wanted } = ENTRIES[head.role]
  if ([head.file, ...head.macros].some(({ source }) => pattern.test(source))) return undefined
  return { file: head.file.name, message: `nothing to run: write ${wanted}` }
}

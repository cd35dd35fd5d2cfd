import type { JobEnd, Thrown } from '../protocol/ends.js'
import type { Stop } from './clock.js'

interface Description {
  readonly api: readonly [number, string] | undefined
  readonly name: string
  readonly message: string
  readonly stack: string
}

/** Written in the guest, by the engine's own code: but nothing that comes from there is taken at its word. */
function read(text: string): Description {
  const said: unknown = JSON.parse(text)
  const fields = new Map(typeof said === 'object' && said !== null ? Object.entries(said) : [])
  const textOf = (name: string, otherwise: string): string => {
    const value: unknown = fields.get(name)
    return typeof value === 'string' ? value : otherwise
  }
  const api: unknown = fields.get('api')
  const [status, code]: unknown[] = Array.isArray(api) ? api : []
  return {
    api: typeof status === 'number' && typeof code === 'string' ? [status, code] : undefined,
    name: textOf('name', 'Error'),
    message: textOf('message', ''),
    stack: textOf('stack', ''),
  }
}

/** What a description of the guest means for the job: an end by budget, a failure that the author meant, or a throw with its place. */
export function endOf(text: string, step: number, lines: (file: string) => number): JobEnd {
  const said = read(text)
  const over = budgetBehind(said.name, said.message)
  if (over !== undefined) return over
  if (said.api !== undefined) {
    const [status, code] = said.api
    return { kind: 'api-error', step, status, message: said.message, code }
  }
  return { kind: 'threw', step, thrown: thrownOf(said, lines) }
}

/** The same for a text that was only compiled. */
export function faultOf(text: string, lines: (file: string) => number): Thrown {
  return thrownOf(read(text), lines)
}

// The engine reports both as its own error class, which no program can make: a program that throws one by another way harms itself alone.
function budgetBehind(name: string, message: string): Stop | undefined {
  if (name !== 'InternalError' && name !== 'RangeError') return undefined
  if (message === 'out of memory') return { kind: 'over-budget', what: 'memory' }
  if (message === 'stack overflow' || message === 'Maximum call stack size exceeded')
    return { kind: 'over-budget', what: 'stack' }
  return undefined
}

function thrownOf(said: Description, lines: (file: string) => number): Thrown {
  const frames = said.stack
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== '' && !line.includes('penstock:'))
  const place = frames.map((frame) => placeOf(frame)).find((found) => found !== undefined)
  const stack = frames.join('\n').slice(0, 4000)
  const base = { name: said.name, message: said.message.slice(0, 2000), stack }
  if (place === undefined) return base
  // What stands after the author's last line is ours: a missing bracket is missing at his end.
  const line = Math.min(place.line, lines(place.file))
  if (line === place.line) return { ...base, ...place }
  return {
    ...base,
    file: place.file,
    line,
    message: 'the script ends too early: something that was opened is not closed',
  }
}

/** `    at name (file:3:11)` and `    at file:3:11`; the name of a file may hold colons. */
function placeOf(frame: string): { file: string; line: number; column: number } | undefined {
  const inner = /\((?<inside>[^()]*)\)$/.exec(frame)?.groups?.['inside'] ?? frame.trim().replace(/^at /, '')
  const parts = /^(?<file>.+):(?<line>\d+):(?<column>\d+)$/.exec(inner)?.groups
  if (parts === undefined) return undefined
  return { file: parts['file'] ?? '', line: Number(parts['line']), column: Number(parts['column']) }
}

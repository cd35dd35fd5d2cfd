import { RenderFault } from '../render-fault.js'
import { calculate } from '../values/arithmetic.js'
import { isEqual } from '../values/comparison.js'
import { isRecord, LoopState, memberOf, Namespace, toText } from '../values/value.js'
import { replaceText, trimText } from './filters.js'
import { plain, type Builtin, type Builtins } from './signature.js'

/** The methods that may be called on a value: a closed set, so nothing of JavaScript can be reached. */
export const METHODS: Builtins = {
  upper: onText([], (text) => text.toUpperCase()),
  lower: onText([], (text) => text.toLowerCase()),
  strip: onText(['chars'], (text, [chars]) => trimText(text, chars, 'both')),
  lstrip: onText(['chars'], (text, [chars]) => trimText(text, chars, 'start')),
  rstrip: onText(['chars'], (text, [chars]) => trimText(text, chars, 'end')),
  startswith: onText(['prefix'], (text, [prefix]) => text.startsWith(toText(prefix))),
  endswith: onText(['suffix'], (text, [suffix]) => text.endsWith(toText(suffix))),
  replace: onText(['old', 'new', 'count'], (text, [before, after, count]) =>
    replaceText(text, toText(before), toText(after), count),
  ),
  split: onText(['sep'], (text, [separator]) => splitText(text, separator)),
  get: {
    params: ['key', 'default'],
    required: 1,
    run: (value, [key, fallback = null]) => memberOf(value, key) ?? fallback,
  },
  items: plain((value) => (isRecord(value) ? Object.entries(value) : [])),
  keys: plain((value) => (isRecord(value) ? Object.keys(value) : [])),
  values: plain((value) => (isRecord(value) ? Object.values(value) : [])),
  cycle: { params: [], variadic: true, run: (value, args) => args[loopOf(value).index0 % Math.max(1, args.length)] },
  changed: { params: [], variadic: true, run: (value, args) => changed(loopOf(value), args) },
}

/** The functions that may be called by name. Macros are not among them: the compiler writes them out. */
export const FUNCTIONS: Builtins = {
  range: { params: [], variadic: true, run: (_value, args) => range(args) },
  namespace: { params: [], variadic: true, run: () => new Namespace() },
  dict: { params: [], variadic: true, run: () => ({}) },
}

/** More numbers than any statement can have binds. */
const RANGE_LENGTH_MAX = 100_000

function onText(params: readonly string[], run: (text: string, args: readonly unknown[]) => unknown): Builtin {
  return {
    params,
    run: (value, args) => {
      if (value === null || value === undefined) return null
      if (typeof value !== 'string') throw new RenderFault('is not a text')
      return run(value, args)
    },
  }
}

function splitText(text: string, separator: unknown): string[] {
  if (separator === undefined || separator === null) return text.trim() === '' ? [] : text.trim().split(/\s+/)
  if (separator === '') throw new RenderFault('cannot be split at an empty text')
  return text.split(toText(separator))
}

function loopOf(value: unknown): LoopState {
  if (value instanceof LoopState) return value
  throw new RenderFault('only the loop variable has this method')
}

function changed(loop: LoopState, args: readonly unknown[]): boolean {
  const before = loop.lastChanged
  loop.lastChanged = [...args]
  return before === undefined || !isEqual(before, loop.lastChanged)
}

function range(args: readonly unknown[]): number[] {
  const numbers = args.map((arg) => Number(calculate(arg, '+', 0)))
  const [start, stop, step = 1] = numbers.length === 1 ? [0, ...numbers] : numbers
  if (start === undefined || stop === undefined || !numbers.every(Number.isInteger) || step === 0) {
    throw new RenderFault('range takes one to three integers, and its step is not 0')
  }
  const length = Math.max(0, Math.ceil((stop - start) / step))
  if (length > RANGE_LENGTH_MAX) throw new RenderFault(`range makes at most ${RANGE_LENGTH_MAX} numbers`)
  return Array.from({ length }, (_, index) => start + index * step)
}

/** Whether a call's named arguments become members of what it makes. */
export function takesNamed(name: string): boolean {
  return name === 'namespace' || name === 'dict'
}

/** Gives a fresh namespace or dict its members. */
export function withMembers(made: unknown, members: readonly (readonly [string, unknown])[]): unknown {
  if (made instanceof Namespace) {
    for (const [name, value] of members) made.members.set(name, value)
    return made
  }
  return Object.fromEntries(members)
}

import { RenderFault } from '../render-fault.js'

/** What `namespace()` makes: the one thing that a loop may change for what comes after it. */
export class Namespace {
  readonly members = new Map<string, unknown>()
}

/** The `loop` variable. Its items are known, so everything else is arithmetic. */
export class LoopState {
  index0 = 0
  /** What `loop.changed(...)` was given last. */
  lastChanged: unknown[] | undefined

  constructor(readonly items: readonly unknown[]) {}
}

/** A JSON object: no class of ours, no date, no bytes. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return !(
    value instanceof Date ||
    value instanceof Uint8Array ||
    value instanceof Namespace ||
    value instanceof LoopState
  )
}

/** Python's truth: empty texts, lists and objects, zero, null and undefined are false. */
export function isTruthy(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return value !== ''
    case 'number':
      return value !== 0
    case 'bigint':
      return value !== 0n
    case 'boolean':
      return value
    case 'object':
      if (value === null) return false
      if (Array.isArray(value)) return value.length > 0
      return isRecord(value) ? Object.keys(value).length > 0 : true
    default:
      return false
  }
}

/** Python's `str()` as far as JSON values have one; null and undefined are the empty text. */
export function toText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (value instanceof Date) return value.toISOString()
  return toJson(value)
}

/** JSON text; big integers keep all their digits as text. */
export function toJson(value: unknown): string {
  const text: string | undefined = JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'bigint' ? member.toString() : member,
  )
  return text ?? 'null'
}

/** What a for loop walks over: items of a list, characters of a text, keys of an object, nothing of null. */
export function itemsOf(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return []
  if (Array.isArray(value)) return value
  if (typeof value === 'string') return [...value]
  if (isRecord(value)) return Object.keys(value)
  throw new RenderFault('is not a list')
}

/** Own members only: nothing of a prototype can be reached from a template. */
export function memberOf(value: unknown, key: unknown): unknown {
  if (Array.isArray(value) || typeof value === 'string') return elementOf(value, key)
  if (typeof key !== 'string' && typeof key !== 'number') return undefined
  const name = String(key)
  if (isRecord(value)) return Object.hasOwn(value, name) ? value[name] : undefined
  if (value instanceof Namespace) return value.members.get(name)
  if (value instanceof LoopState) return loopMember(value, name)
  return undefined
}

function elementOf(value: readonly unknown[] | string, key: unknown): unknown {
  if (typeof key !== 'number' || !Number.isInteger(key)) return undefined
  return value[key < 0 ? value.length + key : key]
}

function loopMember(loop: LoopState, name: string): unknown {
  const { index0, items } = loop
  switch (name) {
    case 'index':
      return index0 + 1
    case 'index0':
      return index0
    case 'revindex':
      return items.length - index0
    case 'revindex0':
      return items.length - index0 - 1
    case 'first':
      return index0 === 0
    case 'last':
      return index0 === items.length - 1
    case 'length':
      return items.length
    case 'previtem':
      return items[index0 - 1]
    case 'nextitem':
      return items[index0 + 1]
    default:
      return undefined
  }
}

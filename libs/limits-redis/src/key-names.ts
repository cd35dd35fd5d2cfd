import { createHash } from 'node:crypto'
import type { AdmissionRequest } from '@penstock/limits'

/** The names of all keys of a call: first the leases of its concurrency limits, then the admissions of its rate limits. */
export function keysOf({ caller, concurrency, rates }: AdmissionRequest): string[] {
  const known = namesOf(caller)
  const keys: string[] = []
  for (const { key } of concurrency) keys.push(`penstock:inflight:${nameOf(known, key)}`)
  // Lists and hashes of cells must not meet under one name when a limit crosses the border between them.
  for (const { key, limit } of rates) keys.push(`penstock:${limit > 10_000 ? 'cells' : 'rate'}:${nameOf(known, key)}`)
  return keys
}

interface Names {
  readonly tag: string
  readonly byKey: Map<string, string>
}

// Some 300 bytes each: 6 MB at most. When it is full it starts anew, which costs each name one hash.
const NAMES_MAX = 20_000
const callers = new Map<string, Names>()
let count = 0

/** One hash tag for all keys of a caller, so that a cluster keeps them on one node; hashed, so that no caller's text shapes a key. */
function namesOf(caller: string): Names {
  const known = callers.get(caller)
  if (known !== undefined) return known
  if (count >= NAMES_MAX) {
    callers.clear()
    count = 0
  }
  count += 1
  const names = { tag: hashed(caller), byKey: new Map<string, string>() }
  callers.set(caller, names)
  return names
}

function nameOf({ tag, byKey }: Names, key: string): string {
  const known = byKey.get(key)
  if (known !== undefined) return known
  const name = `{${tag}}:${hashed(key)}`
  // What is not kept is only hashed again; a caller with many keys must not grow past the bound while it is the only one.
  if (count < NAMES_MAX) {
    count += 1
    byKey.set(key, name)
  }
  return name
}

function hashed(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}

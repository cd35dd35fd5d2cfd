import { entryKey, snapshotEntry, type SnapshotEntry } from '@penstock/contracts'

export interface ParsedEntries {
  readonly entries: readonly SnapshotEntry[]
  /** Entries that have not the form of one, or not the key they are filed under: key → sentence. */
  readonly errors: ReadonlyMap<string, string>
}

/** Reads the bodies of entries, one per step. */
export function* parseEntries(
  changed: ReadonlyMap<string, string>,
  bodies: ReadonlyMap<string, string>,
): Generator<void, ParsedEntries> {
  const entries: SnapshotEntry[] = []
  const errors = new Map<string, string>()
  for (const [key, hash] of changed) {
    const outcome = parseEntry(key, bodies.get(hash) ?? '')
    if (typeof outcome === 'string') errors.set(key, outcome)
    else entries.push(outcome)
    yield
  }
  return { entries, errors }
}

function parseEntry(key: string, body: string): SnapshotEntry | string {
  let raw: unknown
  try {
    raw = JSON.parse(body)
  } catch {
    return 'the entry is not JSON'
  }
  const parsed = snapshotEntry.safeParse(raw)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'the entry has not the form of one'}`
  }
  return entryKey(parsed.data) === key ? parsed.data : `the entry calls itself ${entryKey(parsed.data)}`
}

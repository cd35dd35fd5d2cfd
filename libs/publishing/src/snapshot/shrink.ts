import type { EntryKind } from '@penstock/contracts'

/** Below this many, losing more than half is everyday work: somebody tries things out. */
const GUARDED_FROM = 10

/** What one change takes away of a kind. */
export interface Shrink {
  readonly kind: 'api' | 'client'
  readonly before: number
  readonly vanishing: number
}

/**
 * The published routes or clients of which one change would take away more than half, when there were at least ten: by far most often a
 * mistake (a wrong module switched off, a script gone wild), so somebody has to say that it is meant. Undefined when all is well.
 */
export function suspiciousShrink(
  before: Readonly<Record<string, number>>,
  vanishing: Readonly<Partial<Record<EntryKind, number>>>,
): Shrink | undefined {
  for (const kind of ['api', 'client'] as const) {
    const had = before[kind] ?? 0
    const gone = vanishing[kind] ?? 0
    if (had >= GUARDED_FROM && gone * 2 > had) return { kind, before: had, vanishing: gone }
  }
  return undefined
}

import { bodyHash } from '@penstock/contracts'
import { reasonOf } from '@penstock/internal-http'
import { runInSlices } from './run-in-slices.js'
import type { SnapshotSource } from './snapshot-source.js'

/** A way to bodies: a source, or what is on disk already. */
export type BodySource = Pick<SnapshotSource, 'bodies'> & { readonly name: string }

/** Some bodies are nowhere to be had just now; what each source said is in the message. */
export class BodiesMissing extends Error {
  override readonly name = 'BodiesMissing'
}

/**
 * Fetches bodies from the sources in order, each asked only for what is lacking still. A body whose hash does not match counts as lacking.
 * Rejects with BodiesMissing when not all can be had.
 */
export async function fetchBodies(
  hashes: Iterable<string>,
  sources: readonly BodySource[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const complaints: string[] = []
  let lacking = [...new Set(hashes)]
  for (const source of sources) {
    if (lacking.length === 0) break
    try {
      const got = await source.bodies(lacking, signal)
      const { result: corrupt } = await runInSlices(takeSound(got, new Set(lacking), found))
      if (corrupt > 0) complaints.push(`${source.name} gave ${corrupt} bodies that do not match their hash`)
    } catch (error) {
      complaints.push(`${source.name}: ${reasonOf(error)}`)
    }
    lacking = lacking.filter((hash) => !found.has(hash))
  }
  if (lacking.length === 0) return found
  throw new BodiesMissing([`${lacking.length} bodies are missing`, ...complaints].join('; '))
}

function* takeSound(
  got: ReadonlyMap<string, string>,
  wanted: ReadonlySet<string>,
  into: Map<string, string>,
): Generator<void, number> {
  let corrupt = 0
  for (const [hash, body] of got) {
    if (!wanted.has(hash)) continue
    if (bodyHash(body) === hash) into.set(hash, body)
    else corrupt++
    yield
  }
  return corrupt
}

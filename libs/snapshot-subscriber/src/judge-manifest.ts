import { manifestIsAuthentic, SNAPSHOT_FORMAT, signedManifest, type SignedManifest } from '@penstock/contracts'
import type { SnapshotVersion } from './snapshot-source.js'

/** What is to be done with a manifest that was offered. */
export type Judgement =
  | { readonly kind: 'take'; readonly signed: SignedManifest }
  /** It is what is served already. */
  | { readonly kind: 'known' }
  | { readonly kind: 'refuse'; readonly reason: string }

export interface JudgeOptions {
  readonly key: Uint8Array
  /** What is served now. */
  readonly served: SnapshotVersion | undefined
  readonly mayChangeEpoch: boolean
}

/** Decides whether a manifest may replace what is served: signed with our key, of a format that we read, and not older. */
export function judgeManifest(candidate: unknown, { key, served, mayChangeEpoch }: JudgeOptions): Judgement {
  const parsed = signedManifest.safeParse(candidate)
  if (!parsed.success) return refuse(formatOf(candidate) ?? 'the manifest does not have the form of one')
  const signed = parsed.data
  if (!manifestIsAuthentic(signed, key)) return refuse('the manifest is not signed with this gateway key')
  const { format, epoch, revision } = signed.manifest
  if (format !== SNAPSHOT_FORMAT) return refuse(unknownFormat(format))
  if (served === undefined) return { kind: 'take', signed }
  if (served.epoch !== epoch) {
    return mayChangeEpoch
      ? { kind: 'take', signed }
      : refuse(`epoch ${epoch} is not the one that is served (${served.epoch}) and only admin can begin another`)
  }
  if (revision === served.revision) return { kind: 'known' }
  return revision > served.revision
    ? { kind: 'take', signed }
    : refuse(`revision ${revision} is older than ${served.revision}, which is served`)
}

/** A manifest of a newer format may look different; then its number says more than a list of missing members. */
function formatOf(candidate: unknown): string | undefined {
  if (typeof candidate !== 'object' || candidate === null || !('manifest' in candidate)) return undefined
  const { manifest } = candidate
  if (typeof manifest !== 'object' || manifest === null || !('format' in manifest)) return undefined
  const { format } = manifest
  return typeof format === 'number' && format !== SNAPSHOT_FORMAT ? unknownFormat(format) : undefined
}

function unknownFormat(format: number): string {
  return `the snapshot has format ${format}, this gateway reads format ${SNAPSHOT_FORMAT}`
}

function refuse(reason: string): Judgement {
  return { kind: 'refuse', reason }
}

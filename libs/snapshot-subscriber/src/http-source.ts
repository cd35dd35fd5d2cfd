import { BODIES_MAX, bodiesAnswer, INTERNAL_ROUTES } from '@penstock/contracts'
import { backoffMs, pause, withDeadline } from '@penstock/waiting'
import { askAdmin, reasonOf, type AdminAddress } from '@penstock/internal-http'
import type { SnapshotSource, SourceWatcher } from './snapshot-source.js'

export interface HttpSourceOptions extends AdminAddress {
  /** How long admin may hold a request until something new is there. */
  readonly waitMs?: number
  /** From 0 to 1. */
  readonly random?: () => number
}

// Below the 30 s that admin allows, and below the idle time of common load balancers.
const WAIT_MS = 25_000
const ANSWER_MARGIN_MS = 5_000
const BACKOFF = { minMs: 500, maxMs: 8_000 }
const BODIES_TIMEOUT_MS = 20_000

/** Snapshots from admin by long poll: a publish arrives at once, and the silence of a held request costs nothing. */
export function httpSource(options: HttpSourceOptions): SnapshotSource {
  return {
    name: 'http',
    mayChangeEpoch: true,
    watch: (watcher, signal) => watch(options, watcher, signal),
    bodies: (hashes, signal) => fetchBodies(options, hashes, signal),
    close: () => Promise.resolve(),
  }
}

async function watch(options: HttpSourceOptions, watcher: SourceWatcher, signal: AbortSignal): Promise<void> {
  const random = options.random ?? Math.random
  let etag: string | undefined
  let failures = 0
  while (!signal.aborted) {
    try {
      const answer = await poll(options, etag, signal)
      watcher.answered()
      const outcome = answer === undefined ? 'settled' : await watcher.offer(answer.candidate)
      if (outcome === 'again') throw new Error('bodies of the snapshot could not be fetched')
      // Also after a refusal: what was refused once is not asked for again, only what is newer.
      if (answer !== undefined) etag = answer.etag
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      const retryInMs = backoffMs(failures++, random(), BACKOFF)
      watcher.failed(reasonOf(error), retryInMs)
      await pause(retryInMs, signal)
    }
  }
}

interface Polled {
  readonly candidate: unknown
  readonly etag: string | undefined
}

/** Undefined when nothing newer came within the wait. */
async function poll(
  options: HttpSourceOptions,
  etag: string | undefined,
  signal: AbortSignal,
): Promise<Polled | undefined> {
  const waitMs = options.waitMs ?? WAIT_MS
  const route = etag === undefined ? INTERNAL_ROUTES.manifest : `${INTERNAL_ROUTES.manifest}?wait_ms=${waitMs}`
  return withDeadline(waitMs + ANSWER_MARGIN_MS, signal, async (inner) => {
    const headers = etag === undefined ? {} : { 'if-none-match': etag }
    const { status, etag: newEtag, text } = await askAdmin(options, route, { signal: inner, headers })
    if (status === 304) return undefined
    if (status !== 200) throw new Error(`admin answered ${status}`)
    const candidate: unknown = JSON.parse(text)
    return { candidate, etag: newEtag }
  })
}

async function fetchBodies(
  options: HttpSourceOptions,
  hashes: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  let start = 0
  const takePages = async () => {
    while (start < hashes.length) {
      const some = { hashes: hashes.slice(start, (start += BODIES_MAX)) }
      const answer = await withDeadline(BODIES_TIMEOUT_MS, signal, async (inner) => {
        const body = JSON.stringify(some)
        const { status, text } = await askAdmin(options, INTERNAL_ROUTES.bodies, { signal: inner, body })
        if (status !== 200) throw new Error(`admin answered ${status}`)
        return bodiesAnswer.parse(JSON.parse(text))
      })
      for (const [hash, body] of Object.entries(answer.bodies)) found.set(hash, body)
    }
  }
  // Two, so that admin makes one page while the other is read.
  await Promise.all([takePages(), takePages()])
  return found
}

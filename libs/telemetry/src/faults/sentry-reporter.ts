import { randomUUID } from 'node:crypto'
import { withDeadline } from '@penstock/waiting'
import type { Fault, FaultReporter, FaultReporterOptions } from './fault.js'
import { sentryTarget, type SentryTarget } from './sentry-dsn.js'
import { sentryEvent } from './sentry-event.js'

// A process that fails with every call tells no more by its hundredth report.
const REPORTS_PER_MINUTE = 30
const UNDER_WAY_MAX = 5
const TIMEOUT_MS = 5_000
const MINUTE_MS = 60_000

/** Posts each fault as one envelope. Throws when the DSN is none. */
export function sentryReporter(options: FaultReporterOptions & { readonly dsn: string }): FaultReporter {
  const target = sentryTarget(options.dsn)
  if (target === undefined) throw new Error('SENTRY_DSN is not of the form https://<key>@<host>/<project>')
  const stop = new AbortController()
  const underWay = new Set<Promise<void>>()
  let minute = 0
  let reported = 0
  let silentUntilMs = 0
  return {
    report(fault) {
      const atMs = Date.now()
      if (Math.floor(atMs / MINUTE_MS) !== minute) [minute, reported] = [Math.floor(atMs / MINUTE_MS), 0]
      if (atMs < silentUntilMs || reported >= REPORTS_PER_MINUTE || underWay.size >= UNDER_WAY_MAX) return
      reported += 1
      const sending: Promise<void> = post(target, envelopeOf(fault, options, atMs), stop.signal)
        .then((waitMs) => void (silentUntilMs = Date.now() + waitMs))
        // Nobody can be told that telling failed: the fault itself is in the log.
        .catch(() => undefined)
        .finally(() => underWay.delete(sending))
      underWay.add(sending)
    },
    async close(deadlineMs) {
      const deadline = setTimeout(() => stop.abort(), deadlineMs)
      await Promise.all(underWay)
      clearTimeout(deadline)
    },
  }
}

/** Three lines: what the envelope is, what its one item is, and the item. */
function envelopeOf(fault: Fault, facts: FaultReporterOptions, atMs: number): string {
  const id = randomUUID().replaceAll('-', '')
  const head = { event_id: id, sent_at: new Date(atMs).toISOString() }
  return [head, { type: 'event' }, sentryEvent(fault, { ...facts, id, atMs })]
    .map((line) => JSON.stringify(line))
    .join('\n')
}

/** Resolves with how long the server wants to hear nothing more. */
async function post({ url, publicKey }: SentryTarget, body: string, stop: AbortSignal): Promise<number> {
  return withDeadline(TIMEOUT_MS, stop, async (signal) => {
    const auth = `Sentry sentry_version=7, sentry_client=penstock/1, sentry_key=${publicKey}`
    const headers = { 'content-type': 'application/x-sentry-envelope', 'x-sentry-auth': auth }
    const answer = await fetch(url, { method: 'POST', headers, body, signal })
    await answer.arrayBuffer()
    return answer.status === 429 ? Math.max(1, Number(answer.headers.get('retry-after') ?? '60') || 60) * 1000 : 0
  })
}

import { backoffMs, pause } from '@penstock/waiting'
import type { RecordFactSink } from './record-fact.js'
import type { RecordStream, StreamEntry } from './record-stream.js'
import type { StoreOutcome } from './store-batch.js'

export interface ConsumeRecordsOptions {
  readonly stream: RecordStream
  /** Throws when it should be tried again. */
  readonly store: (text: string) => Promise<StoreOutcome>
  readonly report: RecordFactSink
  monotonicMs(): number
  /** From 0 to 1, for the jitter of retries. */
  random(): number
  /** A batch whose worker has not finished it for this long is taken over. */
  readonly idleMs?: number
}

/** A consumer that runs. */
export interface RecordConsumer {
  /** Finishes the batch that is being stored, for at most `deadlineMs`, and takes no more. */
  stop(deadlineMs: number): Promise<void>
}

// Longer than any batch takes to store, so that living workers keep theirs.
const IDLE_MS = 60_000
// Silent workers without batches are forgotten after an hour: pods have new names each time.
const FORGET_MS = 3_600_000
// A batch that ended this many workers is not given to another one.
const DELIVERIES_MAX = 5
const RETRY = { minMs: 200, maxMs: 5_000 }

/**
 * Stores what comes over the stream, batch by batch. A batch is removed from the stream after it was committed, so one that was being
 * stored when its worker died is taken over, and stored once; one that can never be stored is counted and dropped.
 */
export function consumeRecords(options: ConsumeRecordsOptions): RecordConsumer {
  const { stream } = options
  const stopping = new AbortController()
  const running = run({ ...options, idleMs: options.idleMs ?? IDLE_MS }, stopping.signal)
  return {
    async stop(deadlineMs) {
      stopping.abort()
      stream.wake()
      let timer: NodeJS.Timeout | undefined
      await Promise.race([running, new Promise((resolve) => (timer = setTimeout(resolve, deadlineMs)))])
      clearTimeout(timer)
    },
  }
}

type Settled = Required<ConsumeRecordsOptions>

async function run(options: Settled, signal: AbortSignal): Promise<void> {
  const { stream, report, monotonicMs, random, idleMs } = options
  let takeOverAtMs = -Infinity
  for (let failures = 0; !signal.aborted;) {
    try {
      // Each time: one trip, and it finds again what a flush or a failover took away.
      await stream.ensureGroup()
      if (monotonicMs() >= takeOverAtMs) {
        takeOverAtMs = monotonicMs() + idleMs / 4
        await takeOver(options, signal)
      }
      for (const entry of await stream.read()) await settle(options, entry, signal)
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      const retryInMs = backoffMs(failures++, random(), RETRY)
      report({ kind: 'records.delayed', reason: reasonOf(error), retryInMs })
      await pause(retryInMs, signal)
    }
  }
}

async function takeOver(options: Settled, signal: AbortSignal): Promise<void> {
  const { stream, report, idleMs } = options
  await stream.forgetIdle(FORGET_MS)
  const entries = await stream.takeOver(idleMs)
  if (entries.length > 0) report({ kind: 'records.taken-over', count: entries.length })
  for (const entry of entries) await settle(options, entry, signal)
}

/** Stores one batch and removes it. While the database is away it is kept and tried again; after a stop another worker takes it over. */
async function settle(options: Settled, entry: StreamEntry, signal: AbortSignal): Promise<void> {
  const { stream, store, report, random } = options
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const outcome = await outcomeOf(store, entry)
      await stream.done(entry.id)
      if (outcome.kind === 'poison') report({ kind: 'records.poisoned', entryId: entry.id, reason: outcome.reason })
      else report({ kind: 'records.stored', count: outcome.count, again: outcome.kind === 'known' })
      return
    } catch (error) {
      const retryInMs = backoffMs(failures, random(), RETRY)
      report({ kind: 'records.delayed', reason: reasonOf(error), retryInMs })
      await pause(retryInMs, signal)
    }
  }
}

async function outcomeOf(store: Settled['store'], { text, deliveries }: StreamEntry): Promise<StoreOutcome> {
  if (text === undefined) return { kind: 'poison', reason: 'not a batch: no such field' }
  if (deliveries > DELIVERIES_MAX) return { kind: 'poison', reason: `${deliveries - 1} workers did not finish it` }
  return store(text)
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

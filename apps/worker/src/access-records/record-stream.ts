import { ACCESS_RECORD_STREAM } from '@penstock/contracts'
import type { Redis } from 'ioredis'
import { z } from 'zod'

/** One batch on the stream; `text` is undefined for an entry that nobody of ours wrote. */
export interface StreamEntry {
  readonly id: string
  readonly text: string | undefined
  /** How many workers have taken it so far. */
  readonly deliveries: number
}

/** The stream of access records as one worker sees it. All reject within the connection's time when Redis is away. */
export interface RecordStream {
  /** Makes stream and group where they are missing: after a flush everything that comes is read from the start. */
  ensureGroup(): Promise<void>
  /** Waits a moment for batches that nobody has taken. */
  read(): Promise<readonly StreamEntry[]>
  /** Takes over batches that their worker has not finished for this long. */
  takeOver(idleMs: number): Promise<readonly StreamEntry[]>
  /** Removes a batch that needs nothing more. */
  done(id: string): Promise<void>
  length(): Promise<number>
  /** Forgets workers that own nothing and were silent for this long; this one too when it leaves. */
  forgetIdle(idleMs: number): Promise<void>
  /** Ends a `read` that waits. */
  wake(): void
  close(): void
}

const { key: KEY, group: GROUP, field: FIELD } = ACCESS_RECORD_STREAM
// Eight batches of half a megabyte are what a worker holds at a time.
const BATCHES = 8
const BLOCK_MS = 2_000

const entryReply = z.tuple([z.string(), z.array(z.string()).nullable()])
const readReply = z.array(z.tuple([z.string(), z.array(entryReply)])).nullable()
// Servers from 7.0 on answer with a third member: ids that were deleted.
const claimReply = z.tuple([z.string(), z.array(entryReply)]).rest(z.unknown())
const pendingReply = z.array(z.tuple([z.string(), z.string(), z.number(), z.number()]))
const consumersReply = z.array(z.array(z.union([z.string(), z.number(), z.null()])))

/** The stream over two connections: one waits in reads, the other one never does. */
export function recordStream(reads: Redis, commands: Redis, consumer: string): RecordStream {
  return {
    async ensureGroup() {
      try {
        await commands.call('XGROUP', 'CREATE', KEY, GROUP, '0', 'MKSTREAM')
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith('BUSYGROUP')) throw error
      }
    },
    async read() {
      const block = ['BLOCK', BLOCK_MS, 'STREAMS', KEY, '>'] as const
      const reply = await reads.call('XREADGROUP', 'GROUP', GROUP, consumer, 'COUNT', BATCHES, ...block)
      const [stream] = readReply.parse(reply) ?? []
      return (stream?.[1] ?? []).map((entry) => entryOf(entry, 1))
    },
    async takeOver(idleMs) {
      const reply = await commands.call('XAUTOCLAIM', KEY, GROUP, consumer, idleMs, '0-0', 'COUNT', BATCHES)
      const [, entries] = claimReply.parse(reply)
      return Promise.all(entries.map(async (entry) => entryOf(entry, await deliveriesOf(commands, entry[0]))))
    },
    async done(id) {
      await commands.multi().xack(KEY, GROUP, id).xdel(KEY, id).exec()
    },
    length: () => commands.xlen(KEY),
    forgetIdle: (idleMs) => forgetIdle(commands, idleMs),
    wake: () => reads.disconnect(),
    close: () => commands.disconnect(),
  }
}

function entryOf([id, fields]: z.output<typeof entryReply>, deliveries: number): StreamEntry {
  const at = fields?.indexOf(FIELD) ?? -1
  return { id, text: at < 0 ? undefined : fields?.[at + 1], deliveries }
}

async function deliveriesOf(commands: Redis, id: string): Promise<number> {
  const [pending] = pendingReply.parse(await commands.call('XPENDING', KEY, GROUP, id, id, 1))
  return pending?.[3] ?? 1
}

async function forgetIdle(commands: Redis, idleMs: number): Promise<void> {
  for (const fields of consumersReply.parse(await commands.call('XINFO', 'CONSUMERS', KEY, GROUP))) {
    const valueOf = (name: string) => fields[fields.indexOf(name) + 1]
    const name = valueOf('name')
    if (typeof name !== 'string' || valueOf('pending') !== 0 || Number(valueOf('idle')) < idleMs) continue
    await commands.call('XGROUP', 'DELCONSUMER', KEY, GROUP, name)
  }
}

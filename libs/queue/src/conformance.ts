import type { JobDefinition } from '@penstock/contracts'
import { UnrecoverableError } from 'bullmq'
import { z } from 'zod'
import type { JobFact } from './job-fact.js'
import { openQueue, type JobQueue } from './open-queue.js'
import type { QueueConnection } from './queue-backend.js'
import { jobHandler, type JobContext } from './run-job.js'

/** The part of a test runner that the suite needs; handed in, so that no shipped code imports one. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown
  it(name: string, body: () => Promise<void>): unknown
  expect(value: unknown): { toEqual(expected: unknown): void; toBe(expected: unknown): void }
}

/** What the suite needs from outside: an empty place for jobs, and a process of its own that can be killed. */
export interface QueueUnderTest {
  connection(): Promise<QueueConnection>
  /** Starts another process whose worker takes jobs of the queue and never finishes one; resolves when it holds a job. */
  startDoomedWorker(connection: QueueConnection, queue: string, leaseMs: number): Promise<{ kill(): Promise<void> }>
}

const QUEUE = 'conformance'
/** The job that the suite and its doomed worker speak of. */
export const exportJob = {
  queue: QUEUE,
  name: 'export',
  payload: z.strictObject({ report: z.string() }),
  id: ({ report }) => `export.${report}`,
} as const satisfies JobDefinition<z.ZodObject<{ report: z.ZodString }>>
const nightlyJob = { queue: QUEUE, name: 'nightly', payload: z.strictObject({}), id: () => 'nightly' } as const
const weeklyJob = { ...nightlyJob, name: 'weekly' } as const

const LEASE_MS = 1000

/** What every back end of the queue must hold. Runs against the real thing. */
export function queueConformance({ describe, it, expect }: TestRunner, name: string, under: QueueUnderTest): void {
  describe(`queue on ${name}`, () => {
    it('runs a job once however often the same work is asked for', async () => {
      await withQueue(under, async (queue, facts) => {
        const reports: string[] = []
        await queue.enqueue(exportJob, { report: 'may' })
        await queue.enqueue(exportJob, { report: 'may' })
        await queue.enqueue(exportJob, { report: 'june' })
        await queue.consume([exportHandler(async ({ report }) => reports.push(report))], { concurrency: 1 })
        await facts.next('job.finished', 2)
        await queue.enqueue(exportJob, { report: 'may' })
        expect(reports).toEqual(['may', 'june'])
        expect(await queue.depth()).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 })
      })
    })

    it('tries a failed job again, and not when retrying cannot help', async () => {
      await withQueue(under, async (queue, facts) => {
        const attempts: string[] = []
        const handler = exportHandler(async ({ report }, { attempt }) => {
          attempts.push(`${report} ${attempt}`)
          if (report === 'hopeless') throw new UnrecoverableError('the report does not exist')
          if (attempt === 1) throw new Error('the disk was full')
        })
        await queue.consume([handler], { concurrency: 1 })
        await queue.enqueue(exportJob, { report: 'hopeless' })
        await queue.enqueue(exportJob, { report: 'may' })
        await facts.next('job.finished', 1)
        expect(attempts.sort()).toEqual(['hopeless 1', 'may 1', 'may 2'])
        expect((await queue.depth()).failed).toBe(1)
      })
    })

    it('keeps one schedule per job through restarts and forgets the schedules that are gone', async () => {
      await withQueue(under, async (queue, facts, connection) => {
        const daily = 86_400_000
        const runs: string[] = []
        const handlers = [nightlyJob, weeklyJob].map((job) => jobHandler(job, async () => runs.push(job.name)))
        await queue.keepSchedules([nightlyJob, weeklyJob].map((definition) => ({ definition, everyMs: daily })))
        await queue.consume(handlers, { concurrency: 1 })
        await facts.next('job.finished', 2)
        const restarted = openQueue(QUEUE, connection, () => undefined)
        await restarted.keepSchedules([{ definition: nightlyJob, everyMs: daily }])
        await restarted.keepSchedules([{ definition: nightlyJob, everyMs: daily }])
        await restarted.close(0)
        expect(runs.sort()).toEqual(['nightly', 'weekly'])
        expect((await queue.depth()).delayed).toBe(1)
      })
    })

    it('gives the job of a killed worker to another one', async () => {
      await withQueue(under, async (queue, facts, connection) => {
        await queue.enqueue(exportJob, { report: 'may' })
        const doomed = await under.startDoomedWorker(connection, QUEUE, LEASE_MS)
        await doomed.kill()
        const reports: string[] = []
        const handler = exportHandler(async ({ report }) => reports.push(report))
        await queue.consume([handler], { concurrency: 1, leaseMs: LEASE_MS })
        await facts.next('job.finished', 1)
        expect(facts.count('job.taken-over')).toBe(1)
        expect(reports).toEqual(['may'])
      })
    })

    it('waits at its close for a running job, and then tells it to stop', async () => {
      await withQueue(under, async (queue, facts) => {
        const started = deferred<undefined>()
        const handler = exportHandler(async (_payload, { signal }) => {
          started.resolve(undefined)
          await new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(new Error('told to stop')))
          })
        })
        await queue.consume([handler], { concurrency: 1 })
        await queue.enqueue(exportJob, { report: 'endless' })
        await started.promise
        await queue.close(200)
        expect(facts.count('job.failed')).toBe(1)
      })
    })
  })
}

function exportHandler(run: (payload: { report: string }, context: JobContext) => Promise<unknown>) {
  return jobHandler(exportJob, run)
}

async function withQueue(
  under: QueueUnderTest,
  body: (queue: JobQueue, facts: Facts, connection: QueueConnection) => Promise<void>,
): Promise<void> {
  const connection = await under.connection()
  const facts = collectFacts()
  const queue = openQueue(QUEUE, connection, facts.tell)
  try {
    await body(queue, facts, connection)
  } finally {
    await queue.close(1000)
  }
}

interface Facts {
  tell(fact: JobFact): void
  count(kind: JobFact['kind']): number
  /** Resolves when so many facts of the kind have been told. */
  next(kind: JobFact['kind'], count: number): Promise<void>
}

function collectFacts(): Facts {
  const told: JobFact[] = []
  const waiting = new Set<() => void>()
  const count = (kind: JobFact['kind']): number => told.filter((fact) => fact.kind === kind).length
  return {
    count,
    tell(fact) {
      told.push(fact)
      for (const look of waiting) look()
    },
    async next(kind, wanted) {
      const reached = deferred<undefined>()
      const look = (): void => {
        if (count(kind) >= wanted) reached.resolve(undefined)
      }
      waiting.add(look)
      look()
      await reached.promise
      waiting.delete(look)
    },
  }
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

import { UnrecoverableError, type Job } from 'bullmq'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { JobFact } from './job-fact.js'
import { jobHandler, jobRunner } from './run-job.js'

const exportJob = {
  queue: 'test',
  name: 'export',
  payload: z.strictObject({ report: z.string() }),
  id: ({ report }: { report: string }) => report,
}

function setUp(run: (payload: { report: string }) => Promise<unknown>) {
  const facts: JobFact[] = []
  let nowMs = 1000
  const runner = jobRunner(
    [jobHandler(exportJob, run)],
    (fact) => facts.push(fact),
    new AbortController().signal,
    () => (nowMs += 5),
  )
  const job = (fields: Partial<Job>): Job =>
    ({ id: '7', name: 'export', data: { report: 'may' }, attemptsMade: 0, opts: { attempts: 3 }, ...fields }) as Job
  return { facts, runner, job }
}

describe('running a job', () => {
  it('hands over the parsed payload and tells how long it took and what came of it', async () => {
    const { facts, runner, job } = setUp(async ({ report }) => ({ wrote: report }))
    expect(await runner(job({}))).toEqual({ wrote: 'may' })
    expect(facts).toEqual([{ kind: 'job.finished', job: 'export', id: '7', durationMs: 5, result: { wrote: 'may' } }])
  })

  it('gives up at once on a payload that does not fit: the handler never sees it', async () => {
    let ran = false
    const { facts, runner, job } = setUp(async () => {
      ran = true
    })
    await expect(runner(job({ data: { report: 5 } }))).rejects.toBeInstanceOf(UnrecoverableError)
    expect(ran).toBe(false)
    expect(facts).toMatchObject([{ kind: 'job.failed', willRetry: false }])
  })

  it('gives up at once on a job that nobody knows', async () => {
    const { facts, runner, job } = setUp(async () => undefined)
    await expect(runner(job({ name: 'import' }))).rejects.toThrow('no handler for jobs called import')
    expect(facts).toMatchObject([{ kind: 'job.failed', job: 'import', willRetry: false }])
  })

  it('says of each failed attempt whether there will be another', async () => {
    const { facts, runner, job } = setUp(() => Promise.reject(new Error('the disk was full')))
    for (const attemptsMade of [0, 1, 2])
      await expect(runner(job({ attemptsMade }))).rejects.toThrow('the disk was full')
    expect(facts).toMatchObject([
      { attempt: 1, willRetry: true },
      { attempt: 2, willRetry: true },
      { attempt: 3, willRetry: false },
    ])
  })
})

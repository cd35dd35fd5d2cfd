import type { JobQueue } from '@penstock/queue'
import type pg from 'pg'

/** A dependency that has not answered after this long counts as missing. */
const ANSWER_MS_MAX = 2000

/** Names what is missing for the worker to do its work; empty when it is ready. */
export type Readiness = () => Promise<readonly string[]>

/** Ready means: the configuration database answers, and so does the place where jobs are kept. */
export function workerReadiness(database: Pick<pg.Pool, 'query'>, queue: Pick<JobQueue, 'depth'>): Readiness {
  return async () => {
    const [postgres, jobs] = await Promise.all([answers(database.query('SELECT 1')), answers(queue.depth())])
    return [...(postgres ? [] : ['postgres']), ...(jobs ? [] : ['queue'])]
  }
}

async function answers(work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ANSWER_MS_MAX)
  })
  try {
    return await Promise.race([work.then(() => true), late])
  } catch {
    return false // What failed is in the log of the one who needed it; here it is only missing.
  } finally {
    clearTimeout(timer)
  }
}

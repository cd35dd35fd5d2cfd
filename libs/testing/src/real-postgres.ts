import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { z } from 'zod'
import { launchService } from './launch-service.js'
import { statementsOf } from './statement-log.js'
import { waitUntil } from './wait-until.js'

/** Where the tests' server is, for every process of a run. Set it yourself to test against a server of your own. */
export const POSTGRES_URL_VARIABLE = 'TEST_POSTGRES_URL'

export interface OwnedPostgres {
  readonly url: string
  stop(): Promise<void>
}

export interface LoggingPostgres extends OwnedPostgres {
  /**
   * Every statement text this server has received up to now, in order, as it came over the wire: parsed, bound and executed ones
   * and those that failed. Values of binds are never part of it, so a value that is found in here was spliced into a text.
   */
  log(): Promise<string[]>
}

const Announcement = z.object({ url: z.string(), logFile: z.string().optional() })
// initdb takes half a second alone; a loaded machine may need much more.
const LOG_DELAY_MS_MAX = 10_000

/** The one real PostgreSQL 18 of this run, started by the run itself. Its user may create databases and roles. */
export async function postgresServer(): Promise<{ url: string }> {
  const url = process.env[POSTGRES_URL_VARIABLE]
  if (url !== undefined && url !== '') return { url }
  throw new Error(`no test server: run tests through vitest, which starts one, or set ${POSTGRES_URL_VARIABLE}`)
}

/** Starts a server of your own; it also ends when this process does, however it dies. */
export async function startPostgres(): Promise<OwnedPostgres> {
  return launch([])
}

/** Starts a server of your own that writes down all it is asked. */
export async function loggingPostgres(): Promise<LoggingPostgres> {
  const { url, logFile, stop } = await launch(['--log-statements'])
  if (logFile === undefined) throw new Error('the server announced no statement log')
  const file = logFile
  let marks = 0
  return {
    url,
    stop,
    async log() {
      // Log lines travel through one pipe in order: when our own mark is in the file, all that came before it is too.
      const mark = `penstock log mark ${++marks}`
      await runOnce(url, `SELECT '${mark}'`)
      let text = ''
      await waitUntil(async () => (text = await readFile(file, 'utf8')).includes(mark), { withinMs: LOG_DELAY_MS_MAX })
      return statementsOf(text).filter((statement) => !statement.includes('penstock log mark'))
    },
  }
}

async function runOnce(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

async function launch(flags: string[]): Promise<OwnedPostgres & { logFile: string | undefined }> {
  const { announcement, stop } = await launchService('test-postgres.mjs', flags)
  const { url, logFile } = Announcement.parse(announcement)
  return { url, logFile, stop }
}

import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabase } from './fresh-database.js'
import { loggingPostgres, postgresServer, type LoggingPostgres } from './real-postgres.js'

async function connected<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

describe('the server of a test run', () => {
  it('is a real PostgreSQL 18', async () => {
    const { url } = await postgresServer()
    const version = await connected(url, (client) => client.query('SHOW server_version_num'))
    expect(Number(version.rows[0].server_version_num)).toBeGreaterThanOrEqual(180_000)
  })

  it('refuses a wrong password', async () => {
    const url = new URL((await postgresServer()).url)
    url.password = 'wrong'
    await expect(connected(url.href, async () => undefined)).rejects.toMatchObject({ code: '28P01' })
  })

  it('gives each caller a database that shares nothing with another and is gone after drop', async () => {
    const [one, two] = await Promise.all([freshDatabase(), freshDatabase()])
    await connected(one.url, (client) => client.query('CREATE TABLE mine (id int)'))
    await expect(connected(two.url, (client) => client.query('SELECT * FROM mine'))).rejects.toMatchObject({
      code: '42P01',
    })
    await Promise.all([one.drop(), two.drop()])
    await expect(connected(one.url, async () => undefined)).rejects.toMatchObject({ code: '3D000' })
  })
})

describe('the server that logs', () => {
  let server: LoggingPostgres
  beforeAll(async () => {
    server = await loggingPostgres()
  })
  afterAll(() => server.stop())

  it('tells each text that was parsed or executed, plain, prepared or failing, and never a bound value', async () => {
    await connected(server.url, async (client) => {
      await client.query("SELECT 'a plain text\nof two lines'")
      await client.query({ name: 's1', text: 'SELECT $1::text AS bound', values: ['a-bound-value'] })
      await client.query({ text: 'SELECT no_such_column, $1::text', values: ['x'] }).catch(() => undefined)
      await client.query({ text: 'SELECT 1 / $1::int', values: [0] }).catch(() => undefined)
    })
    const log = await server.log()
    expect(log).toContain("SELECT 'a plain text\nof two lines'")
    expect(log).toContain('SELECT $1::text AS bound')
    expect(log).toContain('SELECT no_such_column, $1::text')
    expect(log).toContain('SELECT 1 / $1::int')
    expect(log.join('\n')).not.toContain('a-bound-value')
  })
})

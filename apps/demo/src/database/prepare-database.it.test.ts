import { randomBytes } from 'node:crypto'
import { postgresServer } from '@penstock/testing'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { demoRole } from './demo-schema.js'
import { prepareDemoDatabase } from './prepare-database.js'

const database = `demo_${randomBytes(6).toString('hex')}`
const prepare = async (rolePassword: string) =>
  prepareDemoDatabase({ serverUrl: (await postgresServer()).url, ssl: false, database, rolePassword })

async function asRole<T>(password: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const url = new URL((await postgresServer()).url)
  const client = new pg.Client({
    host: url.hostname,
    port: Number(url.port),
    database,
    user: demoRole(database),
    password,
  })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

afterAll(async () => {
  const client = new pg.Client({ connectionString: (await postgresServer()).url })
  await client.connect()
  await client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
  await client.query(`DROP ROLE IF EXISTS ${demoRole(database)}`)
  await client.end()
})

describe('the demo database', () => {
  it('holds the real flights, and a second run changes nothing', async () => {
    expect(await prepare('one password')).toEqual({ loaded: true, flights: 20_000 })
    expect(await prepare('one password')).toEqual({ loaded: false, flights: 20_000 })
    const { rows } = await asRole('one password', (client) =>
      client.query(`SELECT count(*)::int AS flights, min(f.departed_at)::text AS first, count(DISTINCT a.state)::int AS states
                    FROM flights f JOIN airports a ON a.iata = f.origin`),
    )
    expect(rows).toEqual([{ flights: 20_000, first: '2001-01-01 00:47:00', states: expect.any(Number) }])
  })

  it('lets the role of the APIs read, add pilot reports and move miles, and nothing else', async () => {
    await prepare('another password')
    await asRole('another password', async (client) => {
      const added = await client.query(
        `INSERT INTO pilot_reports (airport, phenomenon, severity, reported_by) VALUES ('SEA', 'icing', 2, 'test') RETURNING id`,
      )
      expect(added.rowCount).toBe(1)
      const moved = await client.query(`UPDATE mileage_accounts SET miles = miles - 1 WHERE member = 'amelia'`)
      expect(moved.rowCount).toBe(1)
      for (const refused of [
        `UPDATE mileage_accounts SET member = 'me'`,
        'DELETE FROM mileage_transfers',
        'UPDATE pilot_reports SET severity = 1',
        'DELETE FROM flights',
        `INSERT INTO airports VALUES ('XXX', '', '', '', '', 0, 0)`,
        'CREATE TABLE mine (id int)',
        'CREATE TEMP TABLE mine (id int)',
      ]) {
        await expect(client.query(refused), refused).rejects.toMatchObject({ code: '42501' })
      }
    })
  })

  it('keeps what visitors wrote when the data is filled anew', async () => {
    const url = new URL((await postgresServer()).url)
    url.pathname = `/${database}`
    const owner = new pg.Client({ connectionString: url.href })
    await owner.connect()
    await owner.query('UPDATE demo_load SET data_version = 0')
    await owner.end()
    expect(await prepare('third password')).toEqual({ loaded: true, flights: 20_000 })
    const reports = await asRole('third password', (client) => client.query('SELECT * FROM pilot_reports'))
    expect(reports.rowCount).toBe(1)
  })
})

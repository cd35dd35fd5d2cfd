import { freshDatabase, type FreshDatabase } from '@penstock/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allRevisions, migrate } from './index.js'

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.drop())

const at = (url: string) => ({ url, sslMode: 'disable', sslCaFile: undefined, connectionsMax: 2 }) as const
const newest = allRevisions().at(-1)?.name ?? ''

async function rows(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const { rows: found } = await client.query(sql)
    return found
  } finally {
    await client.end()
  }
}

const schemaOf = (url: string) =>
  rows(
    url,
    `SELECT 'column' AS kind, table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable AS name
       FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_migrations'
     UNION ALL SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'schema_migrations'
     UNION ALL SELECT 'constraint', conrelid::regclass || ' ' || conname FROM pg_constraint
       WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'schema_migrations' AND contype <> 'n'
     ORDER BY 1, 2`,
  )

describe('migrate', () => {
  it('goes up, all the way down and up again to the same schema', async () => {
    await migrate(at(database.url), { verb: 'up' })
    const first = await schemaOf(database.url)
    expect(first.length).toBeGreaterThan(100)
    await migrate(at(database.url), { verb: 'down', steps: allRevisions().length })
    expect(await schemaOf(database.url)).toEqual([])
    await migrate(at(database.url), { verb: 'up' })
    expect(await schemaOf(database.url)).toEqual(first)
  })

  it('runs every migration a second time without harm', async () => {
    await migrate(at(database.url), { verb: 'up' })
    const before = await schemaOf(database.url)
    const roles = await rows(database.url, 'SELECT count(*)::int AS n FROM role_permissions')
    await rows(database.url, 'DELETE FROM schema_migrations')
    await migrate(at(database.url), { verb: 'up' })
    expect(await schemaOf(database.url)).toEqual(before)
    expect(await rows(database.url, 'SELECT count(*)::int AS n FROM role_permissions')).toEqual(roles)
  })

  it('lets two starters migrate at once', async () => {
    const other = await freshDatabase()
    try {
      await Promise.all([migrate(at(other.url), { verb: 'up' }), migrate(at(other.url), { verb: 'up' })])
      expect(await rows(other.url, 'SELECT count(*)::int AS n FROM schema_migrations')).toEqual([
        { n: allRevisions().length },
      ])
    } finally {
      await other.drop()
    }
  })

  it('creates the database when it is missing, and names every constraint', async () => {
    const url = new URL(database.url)
    url.pathname = `${url.pathname}_created`
    const lines: string[] = []
    await migrate(at(url.href), { verb: 'up' }, (line) => lines.push(line))
    expect(lines[0]).toBe('created the database')
    const unnamed = await rows(
      url.href,
      `SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
         AND conrelid::regclass::text <> 'schema_migrations' AND conname !~ '^(pk|fk|uq|ck)_' AND conname !~ '^access_records_default'`,
    )
    expect(unnamed).toEqual([])
    await rows(database.url, `DROP DATABASE "${url.pathname.slice(1)}"`)
  })

  it('goes to a revision by its number, stamps, and tells the status', async () => {
    const lines: string[] = []
    const run = (command: Parameters<typeof migrate>[1]) =>
      migrate(at(database.url), command, (line) => lines.push(line))
    await run({ verb: 'up' })
    await run({ verb: 'to', revision: '0001' })
    expect(await rows(database.url, 'SELECT count(*)::int AS n FROM schema_migrations')).toEqual([{ n: 1 }])
    await run({ verb: 'up' })
    await rows(database.url, 'DELETE FROM schema_migrations')
    await run({ verb: 'stamp' })
    expect(lines.at(-1)).toBe(`stamped ${newest}`)
    await run({ verb: 'status' })
    expect(lines.at(-1)).toBe(`applied ${newest}`)
    await expect(run({ verb: 'to', revision: '9999' })).rejects.toThrow(/no revision 9999; known: 0001_foundations/)
  })

  it('moves the rows of a day out of the default partition when its partition is made, and drops days that are over', async () => {
    await migrate(at(database.url), { verb: 'up' })
    await rows(
      database.url,
      `INSERT INTO access_records (id, at, gateway_id, request_id, method, path, status, duration_ms, response_bytes, ip)
       SELECT gen_random_uuid(), at, 'g', 'r', 'GET', 'x', 200, 1, 1, '::1'
       FROM unnest('{2026-01-01T23:59:59.999Z,2026-01-02T00:00:00Z,2026-01-02T23:59:59Z,2026-01-03T00:00:00Z}'::timestamptz[]) AS at`,
    )
    const made = `SELECT ensure_access_records_partition('2026-01-02') AS made`
    expect(await rows(database.url, made)).toEqual([{ made: true }])
    expect(await rows(database.url, made)).toEqual([{ made: false }])
    const counts = `SELECT tableoid::regclass::text AS partition, count(*)::int AS n FROM access_records GROUP BY 1 ORDER BY 1`
    expect(await rows(database.url, counts)).toEqual([
      { partition: 'access_records_20260102', n: 2 },
      { partition: 'access_records_default', n: 2 },
    ])
    expect(await rows(database.url, `SELECT drop_access_records_before('2026-01-03') AS n`)).toEqual([{ n: 1 }])
    expect(await rows(database.url, counts)).toEqual([{ partition: 'access_records_default', n: 1 }])
  })

  it('refuses to rewrite the audit log and versions', async () => {
    await migrate(at(database.url), { verb: 'up' })
    await rows(database.url, `INSERT INTO audit_log (username, action, resource_type) VALUES ('a', 'x', 'y')`)
    await expect(rows(database.url, `UPDATE audit_log SET username = 'b'`)).rejects.toThrow(/history/)
    await expect(rows(database.url, `DELETE FROM audit_log`)).rejects.toThrow(/history/)
    await expect(rows(database.url, `TRUNCATE audit_log`)).rejects.toThrow(/history/)
  })

  it('gives Dev no way to delete, to touch clients or data sources, or to make itself more', async () => {
    await migrate(at(database.url), { verb: 'up' })
    const dev = await rows(
      database.url,
      `SELECT resource_type || ':' || action AS permission FROM role_permissions JOIN roles ON roles.id = role_id WHERE roles.name = 'Dev'`,
    )
    const permissions = dev.map(({ permission }) => String(permission))
    expect(permissions).toContain('api:publish')
    expect(permissions.filter((p) => /:delete$|^client:|^(datasource|user|role):(create|update)$/.test(p))).toEqual([])
  })
})

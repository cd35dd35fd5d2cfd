import type { DatabaseOptions } from '@penstock/app-config'
import { DataSource, type DataSourceOptions } from 'typeorm'
import { ALL_MIGRATIONS } from './all-migrations.js'
import { tlsOptions } from './connection.js'
import { createDatabaseIfMissing, withClient } from './create-database.js'
import { allRevisions, findRevision, MIGRATIONS_TABLE, recordedRevisions } from './revisions.js'

/** What an operator asks for. */
export type MigrateCommand =
  | { readonly verb: 'up' }
  | { readonly verb: 'down'; readonly steps: number }
  | { readonly verb: 'to'; readonly revision: string }
  | { readonly verb: 'stamp' }
  | { readonly verb: 'status' }

/** Any number that nothing else in this database locks. */
const MIGRATION_LOCK = 7_736_786_253

/**
 * Carries out the command and tells each step through `say`. Two that run at once take turns (an advisory lock), so that the second finds
 * nothing to do. Each migration is one transaction: a failure leaves the revision before it.
 */
export async function migrate(
  options: DatabaseOptions,
  command: MigrateCommand,
  say: (line: string) => void = () => undefined,
): Promise<void> {
  if (await createDatabaseIfMissing(options)) say('created the database')
  await withClient(options.url, options, async (lock) => {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    if (command.verb === 'status') await withMigrations(options, ALL_MIGRATIONS, (database) => status(database, say))
    else if (command.verb === 'down') await down(options, command.steps, say)
    else if (command.verb === 'to') await to(options, command.revision, say)
    else await up(options, ALL_MIGRATIONS, command.verb === 'stamp' ? 'note only' : 'run', say)
  })
}

type Migrations = typeof ALL_MIGRATIONS

async function up(
  options: DatabaseOptions,
  migrations: Migrations,
  how: 'run' | 'note only',
  say: (line: string) => void,
): Promise<void> {
  await withMigrations(options, migrations, async (database) => {
    const before = new Set(await recordedRevisions(database))
    // What TypeORM returns leaves out the migrations that were only noted.
    await database.runMigrations({ transaction: 'each', fake: how === 'note only' })
    const done = (await recordedRevisions(database)).filter((recordedAs) => !before.has(recordedAs))
    for (const recordedAs of done) say(`${how === 'run' ? 'applied' : 'stamped'} ${nameOf(recordedAs)}`)
    if (done.length === 0) say('nothing to do')
  })
}

async function down(options: DatabaseOptions, steps: number, say: (line: string) => void): Promise<void> {
  await withMigrations(options, ALL_MIGRATIONS, async (database) => {
    for (let step = 0; step < steps; step += 1) {
      const last = (await recordedRevisions(database)).at(-1)
      if (last === undefined) return say('nothing to do')
      await database.undoLastMigration({ transaction: 'each' })
      say(`reverted ${nameOf(last)}`)
    }
  })
}

async function to(options: DatabaseOptions, name: string, say: (line: string) => void): Promise<void> {
  const target = findRevision(name)
  if (target === undefined) {
    throw new RangeError(
      `there is no revision ${name}; known: ${allRevisions()
        .map((revision) => revision.name)
        .join(', ')}`,
    )
  }
  const position = allRevisions().findIndex(({ recordedAs }) => recordedAs === target.recordedAs)
  const later = await withMigrations(options, ALL_MIGRATIONS, async (database) => {
    const recorded = await recordedRevisions(database)
    const known = allRevisions().slice(position + 1)
    return known.filter(({ recordedAs }) => recorded.includes(recordedAs)).length
  })
  if (later > 0) await down(options, later, say)
  else await up(options, ALL_MIGRATIONS.slice(0, position + 1), 'run', say)
}

async function status(database: DataSource, say: (line: string) => void): Promise<void> {
  const recorded = new Set(await recordedRevisions(database))
  for (const { name, recordedAs } of allRevisions()) say(`${recorded.has(recordedAs) ? 'applied' : 'pending'} ${name}`)
}

async function withMigrations<T>(
  options: DatabaseOptions,
  migrations: Migrations,
  work: (database: DataSource) => Promise<T>,
): Promise<T> {
  const database = new DataSource(migrationDataSourceOptions(options, migrations))
  await database.initialize()
  try {
    return await work(database)
  } finally {
    await database.destroy()
  }
}

/** The connection that TypeORM's own command line and this module use. */
export function migrationDataSourceOptions(
  options: DatabaseOptions,
  migrations: Migrations = ALL_MIGRATIONS,
): DataSourceOptions {
  return {
    type: 'postgres',
    url: options.url,
    ssl: tlsOptions(options),
    migrations: [...migrations],
    migrationsTableName: MIGRATIONS_TABLE,
    // gen_random_uuid is built in; without this TypeORM would try to install an extension.
    installExtensions: false,
    poolSize: 2,
    extra: { application_name: 'penstock-migrate' },
  }
}

function nameOf(recordedAs: string): string {
  return allRevisions().find((revision) => revision.recordedAs === recordedAs)?.name ?? recordedAs
}

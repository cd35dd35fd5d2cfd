import type { DataSource } from 'typeorm'
import { ALL_MIGRATIONS } from './all-migrations.js'

/** The table in which TypeORM notes which migrations were run. */
export const MIGRATIONS_TABLE = 'schema_migrations'

/** One migration as people name it: `0001_foundations`. */
export interface Revision {
  readonly name: string
  /** The name under which TypeORM notes it. */
  readonly recordedAs: string
}

/** Every revision that this build knows, oldest first. */
export function allRevisions(): readonly Revision[] {
  return ALL_MIGRATIONS.map((Migration) => {
    const recordedAs = new Migration().name
    const [words = recordedAs, number = '0'] = [recordedAs.slice(0, -14), recordedAs.slice(-13)]
    return { name: `${String(Number(number)).padStart(4, '0')}_${words}`, recordedAs }
  })
}

/** The revision with this name, or beginning with it: `0001` is enough. */
export function findRevision(name: string): Revision | undefined {
  return allRevisions().find((revision) => revision.name === name || revision.name.startsWith(`${name}_`))
}

/** The names under which the database has noted migrations; none when it has never been migrated. */
export async function recordedRevisions(database: Pick<DataSource, 'query'>): Promise<readonly string[]> {
  const [table]: { exists: boolean }[] = await database.query('SELECT to_regclass($1) IS NOT NULL AS exists', [
    MIGRATIONS_TABLE,
  ])
  if (table?.exists !== true) return []
  const rows: { name: string }[] = await database.query(`SELECT name FROM ${MIGRATIONS_TABLE} ORDER BY timestamp`)
  return rows.map(({ name }) => name)
}

/** The revisions of this build that the database lacks, oldest first. Empty: it is at head. */
export async function pendingRevisions(database: Pick<DataSource, 'query'>): Promise<readonly Revision[]> {
  const recorded = new Set(await recordedRevisions(database))
  return allRevisions().filter(({ recordedAs }) => !recorded.has(recordedAs))
}

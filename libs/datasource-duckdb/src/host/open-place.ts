import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import type { Setup } from '../protocol/messages.js'
import { Catalogue } from './catalogue.js'
import { literal } from './literal.js'
import { SharedConnection } from './shared-connection.js'

/** What a process has opened, locked. */
export interface OpenPlace {
  readonly version: string
  readonly instance: DuckDBInstance
  readonly catalogue: Catalogue
  /** For questions of our own about texts and tables. */
  readonly own: SharedConnection
}

/**
 * Opens DuckDB for one place and locks it: no file outside of the place, no network, no extension, no secret, and no setting can be changed
 * any more. What lies inside may still be written as far as DuckDB is concerned; that statements only read is for `checkText` to see.
 */
export async function openPlace(setup: Setup): Promise<OpenPlace> {
  const { place } = setup
  const isDatabase = place.kind === 'database'
  const instance = await DuckDBInstance.create(isDatabase ? place.path : ':memory:', {
    ...(isDatabase && { access_mode: 'READ_ONLY' }),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
    errors_as_json: 'true',
    memory_limit: `${Math.floor(setup.memoryBytesMax / 1024)}KiB`,
    threads: String(setup.threads),
    temp_directory: setup.temporaryFolder,
    max_temp_directory_size: `${Math.floor(setup.temporaryBytesMax / 1024)}KiB`,
  })
  const connection = await instance.connect()
  await lock(connection, setup)
  const own = new SharedConnection(connection)
  return { version: await versionOf(connection), instance, own, catalogue: new Catalogue(place, own) }
}

async function lock(connection: DuckDBConnection, { place }: Setup): Promise<void> {
  await connection.run(`SET GLOBAL TimeZone = 'UTC'`)
  if (place.kind === 'folder') await connection.run(`SET allowed_directories = [${literal(`${place.path}/`)}]`)
  if (place.kind === 'file') await connection.run(`SET allowed_paths = [${literal(place.path)}]`)
  await connection.run('SET enable_external_access = false')
  await connection.run('SET lock_configuration = true')
}

async function versionOf(connection: DuckDBConnection): Promise<string> {
  const [row] = (await connection.runAndReadAll('SELECT version()')).getRowsJson()
  return String(row?.[0] ?? 'unknown')
}

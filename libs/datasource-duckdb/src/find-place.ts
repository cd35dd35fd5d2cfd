import { AppError } from '@penstock/errors'
import { realpath, stat } from 'node:fs/promises'
import { extname, isAbsolute, resolve, sep } from 'node:path'
import type { Place } from './protocol/messages.js'

const DATABASES = new Set(['.duckdb', '.db'])

/**
 * Where a data source lies: `database` is a path below the operator's folder. Symbolic links are followed first, so that neither they nor
 * `..` lead out of it. Rejects with DATASOURCE_REFUSED, which says what to do.
 */
export async function findPlace(root: string | undefined, database: string): Promise<Place> {
  if (root === undefined) {
    throw new AppError(
      'DATASOURCE_REFUSED',
      'DUCKDB_ROOT is not set: set it to the folder that holds the files of data sources',
    )
  }
  const folder = await real(root, `DUCKDB_ROOT ${root}`)
  if (isAbsolute(database) || database.includes('\0')) throw outside(database)
  const path = await real(resolve(folder, database), `${database} in DUCKDB_ROOT`)
  if (path !== folder && !path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) throw outside(database)
  if (/[*?[]/.test(path)) {
    throw new AppError(
      'DATASOURCE_REFUSED',
      `${database}: DuckDB takes * ? and [ in a path for a pattern: rename the folder`,
    )
  }
  const found = await stat(path)
  if (found.isDirectory()) return { kind: 'folder', path }
  return { kind: DATABASES.has(extname(path).toLowerCase()) ? 'database' : 'file', path }
}

async function real(path: string, what: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown fault'
    throw new AppError('DATASOURCE_REFUSED', `${what} cannot be read: ${code}`, {}, { cause: error })
  }
}

function outside(database: string): AppError {
  return new AppError(
    'DATASOURCE_REFUSED',
    `${database} is not below DUCKDB_ROOT: database is a path inside of that folder`,
  )
}

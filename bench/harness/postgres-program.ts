import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const DEBIAN = '/usr/lib/postgresql'

/** A client program of PostgreSQL, on the PATH or in Debian's place; undefined where there is none. */
export function postgresProgram(name: 'pgbench' | 'psql'): string | undefined {
  if (spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0) return name
  if (!existsSync(DEBIAN)) return undefined
  return readdirSync(DEBIAN)
    .map((version) => join(DEBIAN, version, 'bin', name))
    .find((file) => existsSync(file))
}

// Finds a MariaDB server: on the PATH, else from Debian's packages.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { debianPackages } from './debian-packages.mjs'

const PACKAGES = ['mariadb-server-core', 'mariadb-common', 'libaio1', 'liburing2']
/** Where an installed server keeps the SQL that makes its system tables. */
const SHARES = ['/usr/share/mysql', '/usr/share/mariadb', '/opt/homebrew/share/mysql', '/usr/local/share/mysql']

/** The program, its share folder and the environment it needs. Throws a Fault that names `insteadSet` when there is none to be had. */
export function mariadbProgram(cache, { insteadSet }) {
  const installed = SHARES.find((folder) => existsSync(join(folder, 'mysql_system_tables.sql')))
  if (installed !== undefined && spawnSync('mariadbd', ['--version'], { stdio: 'ignore' }).status === 0) {
    return { program: 'mariadbd', base: dirname(dirname(installed)), share: installed, env: {} }
  }
  const unpacked = debianPackages(cache, 'mariadbd', PACKAGES, { insteadSet })
  const folders = ['usr/lib', 'lib'].flatMap((part) => librariesIn(join(unpacked, part)))
  return {
    program: join(unpacked, 'usr', 'sbin', 'mariadbd'),
    base: join(unpacked, 'usr'),
    share: join(unpacked, 'usr', 'share', 'mysql'),
    env: { LD_LIBRARY_PATH: folders.join(':') },
  }
}

function librariesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.includes('-linux-'))
    .map((entry) => join(folder, entry.name))
}

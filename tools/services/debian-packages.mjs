// Programs from Debian's packages without installing them: downloaded and unpacked into a cache folder, without root.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { alone } from './alone.mjs'
import { Fault } from './fault.mjs'

/**
 * The folder into which the packages are unpacked; made once and kept. Lists and downloads stay in the cache too, so that nothing of
 * the system changes. `insteadSet` names the variable that lets a person use a server of their own.
 */
export function debianPackages(cache, name, packages, { insteadSet }) {
  const target = join(cache, 'debian', name)
  if (existsSync(target)) return target
  mkdirSync(join(cache, 'debian'), { recursive: true })
  // Test files start side by side, and two runs of apt in one folder break each other.
  return alone(join(cache, 'debian', 'lock'), () =>
    existsSync(target) ? target : unpacked(cache, target, name, packages, insteadSet),
  )
}

function unpacked(cache, target, name, packages, insteadSet) {
  const work = `${target}.${process.pid}`
  mkdirSync(join(work, 'root'), { recursive: true })
  try {
    const options = aptOptions(join(cache, 'apt'))
    const download = () => run('apt-get', [...options, 'download', ...packages], work)
    // Lists may be missing, as on a new machine, or name versions that are gone: then they are read anew.
    if (download() !== 0 && (run('apt-get', [...options, 'update'], work) !== 0 || download() !== 0))
      throw new Error('apt-get')
    for (const file of readdirSync(work).filter((entry) => entry.endsWith('.deb'))) {
      if (run('dpkg', ['-x', file, 'root'], work) !== 0) throw new Error(`dpkg -x ${file}`)
    }
    renameSync(join(work, 'root'), target)
    return target
  } catch (error) {
    throw new Fault(
      `${name} is not on this machine and Debian's packages (${packages.join(', ')}) could not be had.`,
      `Set ${insteadSet} to a server of your own, or put ${name} on the PATH.`,
      { cause: error },
    )
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function aptOptions(state) {
  for (const folder of ['lists/partial', 'archives/partial']) mkdirSync(join(state, folder), { recursive: true })
  return [
    '-o',
    `Dir::State::lists=${join(state, 'lists')}`,
    '-o',
    `Dir::Cache=${state}`,
    '-o',
    'Dir::Cache::archives=archives',
    '-o',
    'Debug::NoLocking=true',
    '-o',
    'APT::Sandbox::User=',
    '-qq',
  ]
}

function run(program, args, cwd) {
  return spawnSync(program, args, { cwd, stdio: 'ignore' }).status
}

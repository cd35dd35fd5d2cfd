// Finds a Redis server: on the PATH, else from Debian's packages.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { debianPackages } from './debian-packages.mjs'

const PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1']

/** The program and the environment it needs. Throws a Fault that names `insteadSet` when there is none to be had. */
export function redisProgram(cache, { insteadSet }) {
  if (spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0)
    return { program: 'redis-server', env: {} }
  const unpacked = debianPackages(cache, 'redis-server', PACKAGES, { insteadSet })
  const libraries = join(unpacked, 'usr', 'lib')
  const folders = existsSync(libraries)
    ? readdirSync(libraries, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && entry.name.includes('-linux-'))
        .map((entry) => join(libraries, entry.name))
    : []
  // redis-server is a link to redis-check-rdb, which looks at the name that it is called by.
  return { program: join(unpacked, 'usr', 'bin', 'redis-server'), env: { LD_LIBRARY_PATH: folders.join(':') } }
}

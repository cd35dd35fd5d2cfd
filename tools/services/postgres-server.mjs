// One PostgreSQL server from the npm package: make its data directory, start it, stop it.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from './fault.mjs'
import { commandOf } from './process-command.mjs'
import { handOver, serverUser } from './unprivileged.mjs'

const START_TIMEOUT_S = 60
/** The user that owns everything on the server. */
export const SUPERUSER = 'postgres'

/**
 * A server whose files live in `home` (`data/`, `server.log`), run as `user` (undefined: as ourselves). It listens on loopback alone
 * and asks for a password (SCRAM). `settings` are server settings; their values hold no spaces. A server that is not `durable` may
 * lose its data when the machine stops.
 */
export function postgresServer({ binaries, home, user = serverUser(), settings = {}, durable = true }) {
  const data = join(home, 'data')
  const log = join(home, 'server.log')

  const run = (program, args) =>
    spawnSync(binaries[program], args, {
      cwd: home,
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
      encoding: 'utf8',
      // A daemon must not hold our pipes: with 'pipe' this call would wait until the server ends.
      stdio: args.includes('start') ? 'ignore' : ['ignore', 'pipe', 'pipe'],
      ...user,
    })

  return {
    isInitialised: () => existsSync(data),

    /** Makes the data directory aside and moves it to its place when it is whole: what is there is never half-made. */
    initialise(password) {
      mkdirSync(home, { recursive: true })
      const aside = join(home, 'data.new')
      rmSync(aside, { recursive: true, force: true })
      const passwordFile = join(home, 'password')
      writeFileSync(passwordFile, password, { mode: 0o600 })
      handOver(home, user)
      // The built-in locale does not depend on what the operating system has installed.
      const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '-E', 'UTF8']
      const auth = ['-U', SUPERUSER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`]
      const sync = durable ? [] : ['--no-sync']
      const made = run('initdb', ['-D', aside, ...auth, ...locale, ...sync, '--no-instructions'])
      rmSync(passwordFile, { force: true })
      if (made.status !== 0) throw failure('could not make its data directory', made.error?.message ?? made.stderr)
      renameSync(aside, data)
    },

    /**
     * Takes away the lock of a server that died, when its process id now belongs to some other program: PostgreSQL itself would take
     * that program for a running server. A lock whose server lives, or whose id is free, is PostgreSQL's own business.
     */
    clearStaleLock() {
      const lock = join(data, 'postmaster.pid')
      if (!existsSync(lock)) return
      const command = commandOf(readFileSync(lock, 'utf8').split('\n')[0])
      if (command !== undefined && !command.includes('postgres')) rmSync(lock)
    },

    isRunning: () => run('pg_ctl', ['-D', data, 'status']).status === 0,

    /** The port of the running server, from its own lock file. */
    runningPort: () => Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[3]),

    start(port) {
      rmSync(log, { force: true })
      const all = { port, listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings }
      const options = Object.entries(all)
        .map(([name, value]) => `-c ${name}=${value}`)
        .join(' ')
      const wait = ['-w', '-t', String(START_TIMEOUT_S)]
      const { status, error } = run('pg_ctl', ['-D', data, '-l', log, ...wait, '-o', options, 'start'])
      if (status !== 0) throw failure('did not start', error?.message ?? tail(log))
    },

    /** `fast` ends sessions and keeps the data whole; `immediate` is for servers whose data is thrown away. */
    stop: (mode = 'fast') => run('pg_ctl', ['-D', data, '-m', mode, '-w', 'stop']).status === 0,
  }
}

const tail = (file) => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').slice(-12).join('\n') : '')

// What PostgreSQL says about a few everyday troubles, and the sentence for a person.
const KNOWN = [
  [/No space left on device/, 'the disk is full', 'Free some space (df -h shows where) and try again.'],
  [/Address already in use|could not bind/, 'its port is taken', 'Stop what listens there, or choose another port.'],
  [
    /not compatible with this version|incompatible with server|lacks? .*PG_VERSION|is not a database cluster directory|invalid (primary )?checkpoint|could not locate a valid checkpoint|PANIC|invalid data in file|could not open file|could not open directory|could not read file/,
    'its data directory is broken or of another version',
    'Restore the folder from a backup, or move it away to begin with an empty database.',
  ],
  [
    /[Pp]ermission denied/,
    'its folder is not readable for the user it runs as',
    'Give the folder back to that user (chown -R).',
  ],
  [
    /GLIBC|error while loading shared libraries|not found \(required by/,
    'its program does not run on this system',
    'Use a server of your own (POSTGRES_SERVER).',
  ],
]

function failure(what, detail) {
  const known = KNOWN.find(([pattern]) => pattern.test(detail))
  const cause = new Error(detail)
  if (known === undefined) return new Fault(`PostgreSQL ${what}: ${detail.trim()}`, undefined, { cause })
  return new Fault(`PostgreSQL ${what}: ${known[1]}.`, known[2], { cause })
}

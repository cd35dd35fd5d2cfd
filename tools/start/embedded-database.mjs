// The PostgreSQL that `npm start` brings along: its data lives under .penstock/ and survives restarts.
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../services/fault.mjs'
import { freePort, isFree } from '../services/free-port.mjs'
import { postgresBinaries } from '../services/postgres-binaries.mjs'
import { postgresServer, SUPERUSER } from '../services/postgres-server.mjs'
import { handOver, isOpenToAll, serverUser } from '../services/unprivileged.mjs'

const DEFAULT_PORT = 54_329
// Each process keeps a pool of its own, and so does each queue.
const SETTINGS = { max_connections: 200 }

/**
 * Starts the embedded server, or takes over the one that still runs, and returns its POSTGRES_* variables and how to stop it. `state`
 * is the folder .penstock; `port` is used when set, else the one of the first start.
 */
export async function embeddedDatabase({ root, state, password, port, tell = () => {} }) {
  const home = placeFor(state)
  if (!home.startsWith(state))
    tell(`this folder is closed to other users, and PostgreSQL does not run as root: its data is in ${home}`)
  mkdirSync(home, { recursive: true })
  const user = ownerOf(home)
  const binaries = postgresBinaries(root, { copyTo: join(home, 'native'), insteadSet: 'POSTGRES_SERVER' })
  const server = postgresServer({ binaries, home, user, settings: SETTINGS })
  if (!server.isInitialised()) {
    tell('making the database')
    server.initialise(password)
  }
  server.clearStaleLock()
  const taken = server.isRunning() ? server.runningPort() : await started(server, home, port)
  return {
    environment: {
      POSTGRES_SERVER: '127.0.0.1',
      POSTGRES_PORT: String(taken),
      POSTGRES_USER: SUPERUSER,
      POSTGRES_PASSWORD: password,
    },
    stop: () => server.stop('fast'),
  }
}

/** Whether a database was made in `state` before: then its password must be there too. */
export const hasEmbeddedDatabase = (state) => existsSync(state) && existsSync(join(placeFor(state), 'data'))

// The port stays the one of the first start: data sources that people registered on this server hold it.
async function started(server, home, wanted) {
  const file = join(home, 'port')
  const kept = existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined
  const port = wanted ?? kept ?? ((await isFree(DEFAULT_PORT)) ? DEFAULT_PORT : await freePort())
  if (!(await isFree(port))) {
    throw new Fault(
      `Port ${port}, where the embedded PostgreSQL listens, is taken by another program.`,
      `Stop that program (lsof -i :${port} names it), or set EMBEDDED_POSTGRES_PORT in .env.`,
    )
  }
  server.start(port)
  writeFileSync(file, String(port))
  return port
}

// As root the server runs as another user, who must be able to walk down to its files.
function placeFor(state) {
  if (serverUser() !== undefined && !isOpenToAll(join(state, '..'))) {
    const name = createHash('sha256').update(state).digest('hex').slice(0, 12)
    return join('/var/lib/penstock', name)
  }
  return join(state, 'postgres')
}

/** Root runs the server as whoever owns the files; a normal user must be that owner. */
function ownerOf(home) {
  const { uid, gid } = statSync(home)
  if (serverUser() === undefined) {
    if (uid === process.getuid?.()) return undefined
    throw new Fault(
      `The database in ${home} belongs to another user (id ${uid}), who started Penstock here before.`,
      'Start as that user, or give the files to yours: sudo chown -R "$(id -un)" .penstock',
    )
  }
  chmodSync(join(home, '..'), 0o711)
  if (uid !== 0) return { uid, gid }
  handOver(home, serverUser())
  return serverUser()
}

#!/usr/bin/env node
// A throw-away PostgreSQL for tests: prints {"url","logFile"} on one line, lives until its standard input ends (so it never
// outlives whoever asked for it, however that one dies), then stops the server and removes its files.
// Use: node tools/services/test-postgres.mjs [--log-statements]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { explain } from './fault.mjs'
import { freePort } from './free-port.mjs'
import { postgresBinaries } from './postgres-binaries.mjs'
import { postgresServer, SUPERUSER } from './postgres-server.mjs'
import { handOver, isOpenToAll, serverUser } from './unprivileged.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const PASSWORD = 'postgres'

// Tests lose nothing when the machine stops, so nothing needs to reach the disk.
const FAST = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: 400,
  shared_buffers: '64MB',
}
// Statements are logged when they are parsed, bound and executed; values are left out, so a value found in the log was in a text.
const STATEMENT_LOG = {
  logging_collector: 'on',
  log_destination: 'jsonlog',
  log_directory: 'statements',
  log_filename: 'statements.log',
  log_statement: 'all',
  log_min_duration_statement: 0,
  log_parameter_max_length: 0,
}

// Ctrl-C in a terminal reaches this process too; the end of the standard input is what counts.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {})

try {
  const logged = process.argv.includes('--log-statements')
  const parent = serverUser() === undefined || isOpenToAll(tmpdir()) ? tmpdir() : '/tmp'
  const home = mkdtempSync(join(parent, 'penstock-postgres-'))
  handOver(home, serverUser())
  const binaries = postgresBinaries(root, { copyTo: join(home, 'native'), insteadSet: 'TEST_POSTGRES_URL' })
  const server = postgresServer({
    binaries,
    home,
    durable: false,
    settings: { ...FAST, ...(logged ? STATEMENT_LOG : {}) },
  })
  const end = () => {
    server.stop('immediate')
    rmSync(home, { recursive: true, force: true })
    process.exit(0)
  }
  process.on('SIGTERM', end)
  process.on('exit', () => rmSync(home, { recursive: true, force: true }))
  server.initialise(PASSWORD)
  const port = await freePort()
  server.start(port)
  const url = `postgres://${SUPERUSER}:${PASSWORD}@127.0.0.1:${port}/postgres`
  const logFile = logged ? join(home, 'data', 'statements', 'statements.json') : undefined
  process.stdout.write(`${JSON.stringify({ url, logFile })}\n`)
  process.stdin.on('end', end).on('error', end).resume()
} catch (error) {
  console.error(explain(error))
  process.exitCode = 1
}

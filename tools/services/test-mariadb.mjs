#!/usr/bin/env node
// A throw-away MariaDB for tests: prints {"url","pid"} on one line, lives until its standard input ends, then stops the server and removes
// its files.  Use: node tools/services/test-mariadb.mjs [server options]
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { explain, Fault } from './fault.mjs'
import { freePort } from './free-port.mjs'
import { mariadbProgram } from './mariadb-program.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const START_MS_MAX = 60_000
const USE_YOUR_OWN = 'Set TEST_MYSQL_URL to a server of your own, for example mysql://root:secret@127.0.0.1:3306.'
const SYSTEM_TABLES = ['mysql_system_tables.sql', 'mysql_performance_tables.sql', 'mysql_system_tables_data.sql']
const USER = 'penstock'

for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {})

try {
  const { program, base, share, env } = mariadbProgram(join(root, '.cache'), { insteadSet: 'TEST_MYSQL_URL' })
  const home = mkdtempSync(join(tmpdir(), 'penstock-mariadb-'))
  process.on('exit', () => rmSync(home, { recursive: true, force: true }))
  const port = await freePort()
  const common = [
    '--no-defaults',
    `--basedir=${base}`,
    `--datadir=${home}`,
    // A server that starts removes what it takes for leftovers in its folder for temporary files: also those of one that starts beside it.
    `--tmpdir=${home}`,
    `--lc-messages-dir=${share}`,
    // Tests lose nothing when the machine stops, so nothing needs to reach the disk, and little needs to be written.
    '--innodb-log-file-size=8M',
    '--innodb-buffer-pool-size=32M',
    '--innodb-flush-log-at-trx-commit=0',
    '--skip-innodb-doublewrite',
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
  ]
  const options = { env: { ...process.env, ...env }, cwd: home }
  makeSystemTables(program, common, share, options)
  const init = join(home, 'init.sql')
  writeFileSync(
    init,
    [
      `CREATE USER '${USER}'@'127.0.0.1' IDENTIFIED BY '${USER}';`,
      `GRANT ALL ON *.* TO '${USER}'@'127.0.0.1' WITH GRANT OPTION;`,
      '',
    ].join('\n'),
  )
  const server = spawn(
    program,
    [
      ...common,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${join(home, 's.sock')}`,
      '--skip-name-resolve',
      '--max-connections=300',
      `--init-file=${init}`,
      ...process.argv.slice(2),
    ],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let log = ''
  const ended = new Promise((resolve) => server.once('error', resolve).once('close', resolve))
  const ready = new Promise((resolve) => {
    server.stderr.on('data', (piece) => {
      if (log.length < 100_000) log += piece
      if (/ready for connections/.test(log)) resolve(undefined)
    })
  })
  const end = () => server.kill('SIGKILL')
  process.on('SIGTERM', end)
  const timer = setTimeout(end, START_MS_MAX)
  await Promise.race([
    ready,
    ended.then(() =>
      Promise.reject(
        new Fault(`MariaDB for tests did not start: ${log.trim().split('\n').slice(-3).join(' | ')}`, USE_YOUR_OWN),
      ),
    ),
  ])
  clearTimeout(timer)
  console.log(JSON.stringify({ url: `mysql://${USER}:${USER}@127.0.0.1:${port}`, pid: server.pid }))
  process.stdin.on('end', end).on('error', end).resume()
  await ended
  process.exit(0)
} catch (error) {
  console.error(explain(error))
  process.exit(1)
}

/** What mariadb-install-db does, without the client programs that it needs. */
function makeSystemTables(program, common, share, options) {
  const head = 'CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket=NULL, @skip_auth_anonymous=1;\n'
  const input = head + SYSTEM_TABLES.map((file) => readFileSync(join(share, file), 'utf8')).join('\n')
  const { status, stderr } = spawnSync(program, [...common, '--bootstrap'], { ...options, input, encoding: 'utf8' })
  if (status !== 0)
    throw new Fault(
      `MariaDB for tests could not make its system tables: ${stderr.trim().split('\n').at(-1)}`,
      USE_YOUR_OWN,
    )
}

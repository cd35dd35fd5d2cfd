#!/usr/bin/env node
// A throw-away Redis for tests: prints {"url","pid"} on one line, lives until its standard input ends, then stops the server and removes
// its files.  Use: node tools/services/test-redis.mjs [server options such as --maxmemory 2mb]
//             or: node tools/services/test-redis.mjs --watch NAME PORT    a sentinel for the primary at that port
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { explain, Fault } from './fault.mjs'
import { freePort } from './free-port.mjs'
import { redisProgram } from './redis-program.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const START_MS_MAX = 20_000

for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {})

try {
  const { program, env } = redisProgram(join(root, '.cache'), { insteadSet: 'TEST_REDIS_URL' })
  const home = mkdtempSync(join(tmpdir(), 'penstock-redis-'))
  const port = await freePort()
  const [mode, name, primaryPort] = process.argv.slice(2)
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', home]
  const all = mode === '--watch' ? sentinel(home, port, { name, primaryPort }) : [...options, ...process.argv.slice(2)]
  const server = spawn(program, all, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
  })
  const ended = new Promise((resolve) => {
    server.once('error', resolve)
    server.once('close', resolve)
  })
  const end = () => server.kill('SIGKILL')
  process.on('SIGTERM', end)
  process.on('exit', () => rmSync(home, { recursive: true, force: true }))
  await Promise.race([
    answers(port),
    ended.then(() =>
      Promise.reject(new Fault('Redis for tests did not start.', 'Set TEST_REDIS_URL to a server of your own.')),
    ),
  ])
  console.log(JSON.stringify({ url: `redis://127.0.0.1:${port}`, pid: server.pid }))
  process.stdin.on('end', end).on('error', end).resume()
  await ended
  process.exit(0)
} catch (error) {
  console.error(explain(error))
  process.exit(1)
}

/** Writes the configuration of a sentinel, which keeps what it learns in that file; returns the arguments that start it. */
function sentinel(home, port, { name, primaryPort }) {
  const file = join(home, 'sentinel.conf')
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${home}`,
    'logfile sentinel.log',
    `sentinel monitor ${name} 127.0.0.1 ${primaryPort} 1`,
    `sentinel down-after-milliseconds ${name} 500`,
    `sentinel failover-timeout ${name} 3000`,
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  return [file, '--sentinel']
}

/** Resolves once the server answers a PING. */
async function answers(port) {
  const deadline = Date.now() + START_MS_MAX
  for (;;) {
    const answered = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
      socket.once('data', () => resolve(true)).once('error', () => resolve(false))
      socket.once('close', () => resolve(false))
      socket.once('data', () => socket.destroy())
    })
    if (answered) return
    if (Date.now() > deadline)
      throw new Fault('Redis for tests did not answer in time.', 'Set TEST_REDIS_URL to a server of your own.')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

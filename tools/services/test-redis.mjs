#!/usr/bin/env node
// A throw-away Redis for tests: prints {"url","pid"} on one line, lives until its standard input ends, then stops the server and removes
// its files.  Use: node tools/services/test-redis.mjs [server options such as --maxmemory 2mb]
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
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
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', home]
  const server = spawn(program, [...options, ...process.argv.slice(2)], {
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

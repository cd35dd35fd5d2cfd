// Shown true when, 1: one command brings everything up, its curl line answers, Ctrl-C ends it, the second start keeps the data.
import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort, startProcess, waitUntil, type RunningProcess } from '@penstock/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { adminClient } from './harness/admin-client.js'

const starter = fileURLToPath(new URL('../tools/start.mjs', import.meta.url))
const START_MS_MAX = 90_000
let state: string
let env: Record<string, string>
let running: RunningProcess | undefined

beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), 'penstock-start-'))
  chmodSync(state, 0o755)
  const ports = [
    'ADMIN_PORT',
    'ADMIN_OPS_PORT',
    'GATEWAY_PORT',
    'GATEWAY_OPS_PORT',
    'WORKER_OPS_PORT',
    'EMBEDDED_POSTGRES_PORT',
  ]
  env = {
    PENSTOCK_ENV_FILE: join(state, 'none'),
    PENSTOCK_STATE_DIR: join(state, '.penstock'),
    HOME: process.env['HOME'] ?? '/',
  }
  for (const name of ports) env[name] = String(await freePort())
})
afterAll(async () => {
  await running?.stop()
  rmSync(state, { recursive: true, force: true })
})

async function start(): Promise<string> {
  const started = startProcess(starter, { env })
  running = started
  const ended = started.ended.then((code) => {
    throw new Error(`the starter ended with ${String(code)}:\n${started.output()}`)
  })
  ended.catch(() => undefined)
  const up = waitUntil(() => started.output().includes('Ctrl-C stops everything'), {
    withinMs: START_MS_MAX,
    what: 'the start',
  })
  await Promise.race([up, ended])
  return started.output()
}

/** Runs the printed line as a person would: pasted into a shell. */
async function pasted(output: string): Promise<{ success: boolean; data: unknown[] }> {
  const line = /gateway\s+http:\S+\s+(curl .*)/.exec(output)?.[1] ?? 'echo no curl line was printed'
  const { stdout } = await promisify(execFile)('sh', ['-c', line])
  return JSON.parse(stdout)
}

let password: string

it(
  'prints a curl line that answers real rows and a password that logs in',
  async () => {
    const output = await start()
    const answer = await pasted(output)
    expect(answer.success).toBe(true)
    expect(answer.data.length).toBeGreaterThan(0)
    password = /password (\S+) \(shown this once/.exec(output)?.[1] ?? ''
    await adminClient(`http://127.0.0.1:${env['ADMIN_PORT']}`, { username: 'admin', password })
  },
  START_MS_MAX,
)

it('starts a killed gateway again', async () => {
  const { pid } = JSON.parse(readFileSync(join(state, '.penstock', 'run.json'), 'utf8')).children.find(
    ({ program }: { program: string }) => program.includes('gateway'),
  )
  process.kill(pid, 'SIGKILL')
  const live = `http://127.0.0.1:${env['GATEWAY_PORT']}/health/live`
  await waitUntil(
    () =>
      fetch(live)
        .then(() => false)
        .catch(() => true),
    { withinMs: 5000, what: 'the gateway being gone' },
  )
  await waitUntil(async () => (await fetch(live)).status === 200, { withinMs: 15_000, what: 'the gateway being back' })
})

it(
  'ends everything on SIGTERM, and keeps the data for the second start',
  async () => {
    await running?.stop()
    await expect(fetch(`http://127.0.0.1:${env['ADMIN_PORT']}/health/live`)).rejects.toThrow()
    const output = await start()
    expect(output).not.toContain('shown this once')
    expect((await pasted(output)).data.length).toBeGreaterThan(0)
    await adminClient(`http://127.0.0.1:${env['ADMIN_PORT']}`, { username: 'admin', password })
  },
  START_MS_MAX,
)

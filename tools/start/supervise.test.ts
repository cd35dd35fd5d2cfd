import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { waitUntil } from '@penstock/testing'
import { supervise } from './supervise.mjs'

interface Event {
  kind: string
  pid?: number
  pauseMs?: number
  lastLines?: string[]
}

let folder: string
let events: Event[]
let lines: string[]
let supervisor: ReturnType<typeof supervise> | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'supervise-'))
  events = []
  lines = []
})
afterEach(async () => {
  await supervisor?.stop()
  rmSync(folder, { recursive: true })
})

function begin(source: string, timing: object): void {
  const program = join(folder, 'program.mjs')
  writeFileSync(program, source)
  supervisor = supervise({
    program,
    env: process.env,
    cwd: folder,
    onLine: (line: string) => lines.push(line),
    onEvent: (event: Event) => events.push(event),
    timing,
  })
}

const kinds = (): string[] => events.map(({ kind }) => kind)
const RUNS_ON = "console.log('up'); setInterval(() => undefined, 1000)"

it('starts a killed process again', async () => {
  begin(RUNS_ON, { firstPauseMs: 1 })
  await waitUntil(() => lines.length === 1, { withinMs: 5000 })
  process.kill(events[0]?.pid ?? 0, 'SIGKILL')
  await waitUntil(() => lines.length === 2, { withinMs: 5000 })
  expect(kinds()).toEqual(['started', 'ended', 'started'])
})

it('doubles the pause up to its bound, gives up after so many failures and tells the last lines', async () => {
  begin("console.error('no such table'); process.exit(1)", { firstPauseMs: 1, pauseMsMax: 3, failuresMax: 5 })
  await waitUntil(() => kinds().includes('gave-up'), { withinMs: 10_000 })
  expect(events.flatMap(({ pauseMs }) => pauseMs ?? [])).toEqual([1, 2, 3, 3])
  expect(events.at(-1)?.lastLines).toEqual(['no such table'])
})

it('stops a process by SIGTERM and does not start it again', async () => {
  const trace = join(folder, 'trace')
  begin(
    `import { writeFileSync } from 'node:fs'
     process.on('SIGTERM', () => { writeFileSync(${JSON.stringify(trace)}, 'drained'); process.exit(0) })
     ${RUNS_ON}`,
    {},
  )
  await waitUntil(() => lines.includes('up'), { withinMs: 5000 })
  await supervisor?.stop()
  expect(readFileSync(trace, 'utf8')).toBe('drained')
  expect(kinds()).toEqual(['started'])
})

it('kills a process that does not stop in time', async () => {
  begin(`process.on('SIGTERM', () => undefined); ${RUNS_ON}`, { stopMsMax: 20 })
  await waitUntil(() => lines.includes('up'), { withinMs: 5000 })
  const pid = events[0]?.pid ?? 0
  await supervisor?.stop()
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

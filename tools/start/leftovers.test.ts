import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { waitUntil } from '@penstock/testing'
import { commandOf } from '../services/process-command.mjs'
import { runRecord } from './leftovers.mjs'

let folder: string
let file: string
let children: ChildProcess[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leftovers-'))
  file = join(folder, 'run.json')
  children = []
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

async function running(name: string): Promise<number> {
  const program = join(folder, name)
  writeFileSync(program, 'setInterval(() => undefined, 1000)')
  const child = spawn(process.execPath, [program], { stdio: 'ignore' })
  children.push(child)
  const { pid } = child
  if (pid === undefined) throw new Error('not started')
  await waitUntil(() => commandOf(pid)?.includes(program) === true, { withinMs: 5000 })
  return pid
}

it('refuses while another starter runs here and names its process', async () => {
  const pid = await running('start.mjs')
  writeFileSync(file, JSON.stringify({ starter: pid, children: [] }))
  await expect(runRecord(file).claim()).rejects.toThrow(`process ${pid}`)
})

it('ends the processes that a killed starter left, and no other one that now has such an id', async () => {
  const [left, stranger] = [await running('main.js'), await running('other.js')]
  const program = join(folder, 'main.js')
  const record = {
    starter: 2 ** 22 + 1,
    children: [
      { pid: left, program },
      { pid: stranger, program },
    ],
  }
  writeFileSync(file, JSON.stringify(record))
  await runRecord(file).claim()
  expect(children[0]?.signalCode ?? 'SIGTERM').toBe('SIGTERM')
  expect(commandOf(left)?.includes(program) ?? false).toBe(false)
  expect(commandOf(stranger)).toContain('other.js')
})

it('starts over when the record was cut off half-way, and forgets it at the end', async () => {
  writeFileSync(file, '{"starter":')
  const record = runRecord(file)
  await record.claim()
  record.note(1, 'main.js')
  record.release()
  expect(existsSync(file)).toBe(false)
})

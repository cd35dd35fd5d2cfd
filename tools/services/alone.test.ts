import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { alone } from './alone.mjs'

let folder: string
let lock: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alone-'))
  lock = join(folder, 'lock')
})
afterEach(() => rmSync(folder, { recursive: true }))

it('lets processes that come together take turns', async () => {
  const counter = join(folder, 'counter')
  writeFileSync(counter, '0')
  const module = fileURLToPath(new URL('alone.mjs', import.meta.url))
  // Reads, dawdles and writes: without turns the processes overwrite each other's count.
  const program = `
    import { readFileSync, writeFileSync } from 'node:fs'
    import { alone } from ${JSON.stringify(module)}
    alone(${JSON.stringify(lock)}, () => {
      const count = Number(readFileSync(${JSON.stringify(counter)}, 'utf8'))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30)
      writeFileSync(${JSON.stringify(counter)}, String(count + 1))
    })`
  const turn = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])
  await Promise.all([turn(), turn(), turn(), turn()])
  expect(readFileSync(counter, 'utf8')).toBe('4')
})

it('is never taken by two, nor loses a lock, when another process takes it in the moment of its release', async () => {
  const module = fileURLToPath(new URL('alone.mjs', import.meta.url))
  const turns = `
    import { alone } from ${JSON.stringify(module)}
    for (let turn = 0; turn < 1000; turn += 1) alone(${JSON.stringify(lock)}, () => undefined)`
  // Waits for its turn without a pause, so that it meets releases half-way; whoever removes its lock makes its own release fail.
  const rival = `
    import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
    const [lock, own] = [${JSON.stringify(lock)}, ${JSON.stringify(`${lock}.rival`)}]
    for (const endMs = Date.now() + 1500; Date.now() < endMs; ) {
      mkdirSync(own, { recursive: true })
      writeFileSync(own + '/pid', String(process.pid))
      try {
        renameSync(own, lock)
      } catch {
        continue
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
      renameSync(lock + '/pid', lock + '/pid.seen')
      renameSync(lock, own)
    }`
  const run = (program: string) => promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])
  await Promise.all([run(turns), run(rival)])
  expect(existsSync(lock)).toBe(false)
})

it('takes a lock over whose process is gone', () => {
  mkdirSync(lock)
  writeFileSync(join(lock, 'pid'), String(2 ** 22 + 1))
  expect(alone(lock, () => 'done')).toBe('done')
})

it('gives the lock back when the work fails', () => {
  const fails = (): never => {
    throw new Error('no')
  }
  expect(() => alone(lock, fails)).toThrow('no')
  expect(existsSync(lock)).toBe(false)
})

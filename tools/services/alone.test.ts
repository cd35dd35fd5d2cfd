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

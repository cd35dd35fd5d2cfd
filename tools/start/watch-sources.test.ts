import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitUntil } from '@penstock/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { watchSources } from './watch-sources.mjs'

let folder: string
let compiled: number
let finish: (() => void)[]
let stop: () => void
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watch-'))
  mkdirSync(join(folder, 'one', 'src'), { recursive: true })
  mkdirSync(join(folder, 'one', 'dist'))
  compiled = 0
  finish = []
  const compile = () => {
    compiled += 1
    return new Promise<void>((resolve) => finish.push(resolve))
  }
  stop = watchSources({ folders: [folder], compile })
})
afterEach(() => {
  stop()
  rmSync(folder, { recursive: true })
})

const change = (...path: string[]): void => writeFileSync(join(folder, 'one', ...path), String(Math.random()))

it('compiles once for changes that come together, and once more for what changed meanwhile', async () => {
  change('src', 'a.ts')
  change('src', 'b.ts')
  await waitUntil(() => compiled === 1, { withinMs: 5000 })
  change('src', 'a.ts')
  // The second change settles while the first compilation still runs.
  await expect(waitUntil(() => compiled > 1, { withinMs: 300 })).rejects.toThrow()
  finish[0]?.()
  await waitUntil(() => compiled === 2, { withinMs: 5000 })
})

it('does not compile for what a compilation writes', async () => {
  change('dist', 'a.js')
  change('dist', 'a.d.ts')
  change('src', 'a.ts')
  await waitUntil(() => compiled === 1, { withinMs: 5000 })
  finish[0]?.()
  change('dist', 'a.d.ts')
  await expect(waitUntil(() => compiled > 1, { withinMs: 300 })).rejects.toThrow()
})

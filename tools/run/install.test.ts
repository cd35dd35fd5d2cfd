import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { whyInstall } from './install.mjs'

let root: string
const lock = (file: string, packages: Record<string, object>): void =>
  writeFileSync(join(root, file), JSON.stringify({ packages }))
const wanted = {
  '': { version: '1.0.0' },
  'node_modules/pg': { version: '8.0.0' },
  'node_modules/fsevents': { version: '2.0.0', optional: true },
  'node_modules/@penstock/errors': { resolved: 'libs/errors', link: true },
}
const installed = {
  'node_modules/pg': { version: '8.0.0' },
  'node_modules/@penstock/errors': { resolved: 'libs/errors', link: true },
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'install-'))
  mkdirSync(join(root, 'node_modules'))
  lock('package-lock.json', wanted)
})
afterEach(() => rmSync(root, { recursive: true }))

it('asks for an install on a fresh clone', () => {
  expect(whyInstall(root)).toBe('nothing is installed yet')
})

it('asks for none when what the lock names is there, whatever the optional packages of other platforms', () => {
  lock('node_modules/.package-lock.json', installed)
  expect(whyInstall(root)).toBeUndefined()
})

it('names a package whose version is not the one of the lock', () => {
  lock('node_modules/.package-lock.json', { ...installed, 'node_modules/pg': { version: '7.0.0' } })
  expect(whyInstall(root)).toContain('pg is not as')
})

it('names a lib of ours that is not linked yet', () => {
  lock('node_modules/.package-lock.json', { 'node_modules/pg': { version: '8.0.0' } })
  expect(whyInstall(root)).toContain('@penstock/errors')
})

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readmes } from './gates/readmes.mjs'
import { newLib } from './new-lib.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'new-lib-'))
  writeFileSync(join(folder, 'tsconfig.json'), '{"files":[],"references":[]}')
  writeFileSync(join(folder, 'package.json'), '{"workspaces":["libs/*"]}')
})
afterEach(() => rmSync(folder, { recursive: true }))

it('makes a lib with its tags, a test and its place in the build', () => {
  newLib(folder, 'caching', 'domain', 'shared')
  const manifest = JSON.parse(readFileSync(join(folder, 'libs/caching/package.json'), 'utf8'))
  expect(manifest).toMatchObject({ name: '@penstock/caching', nx: { tags: ['layer:domain', 'plane:shared'] } })
  expect(existsSync(join(folder, 'libs/caching/src/caching.test.ts'))).toBe(true)
  const { references } = JSON.parse(readFileSync(join(folder, 'tsconfig.json'), 'utf8'))
  expect(references).toEqual([{ path: 'libs/caching' }])
})

it('leaves a README that the gate refuses until it is written', () => {
  newLib(folder, 'caching', 'domain', 'shared')
  expect(readmes(folder).faults).toEqual(["libs/caching/README.md is still the generator's"])
})

it.each([
  ['Caching', 'domain', 'shared', 'The name'],
  ['caching', 'helper', 'shared', 'The layer'],
  ['caching', 'domain', 'both', 'The plane'],
])('refuses %s %s %s and writes nothing', (name, layer, plane, message) => {
  expect(() => newLib(folder, name, layer, plane)).toThrow(message)
  expect(existsSync(join(folder, 'libs'))).toBe(false)
})

it('does not touch a lib that exists', () => {
  newLib(folder, 'caching', 'domain', 'shared')
  expect(() => newLib(folder, 'caching', 'domain', 'shared')).toThrow('exists already')
})

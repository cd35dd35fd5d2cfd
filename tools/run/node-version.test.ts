import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { requireNode } from './node-version.mjs'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'node-version-'))
  writeFileSync(join(root, 'package.json'), '{"engines":{"node":">=20.19"}}')
})
afterAll(() => rmSync(root, { recursive: true }))

it.each(['20.19.0', '20.20.2', '22.0.0', '100.1.0'])('accepts Node %s', (version) => {
  expect(() => requireNode(root, version)).not.toThrow()
})

it.each(['20.18.3', '18.20.4', '8.19.0'])('refuses Node %s in one sentence that names both versions', (version) => {
  expect(() => requireNode(root, version)).toThrow(`needs Node.js 20.19 or newer; this is ${version}`)
})

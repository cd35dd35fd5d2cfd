import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleScriptModules } from './bundle-script-modules.js'

let folder: string

function install(name: string, main: object, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries({
    'package.json': JSON.stringify({ name, version: '1.0.0', ...main }),
    ...files,
  })) {
    const path = join(folder, 'node_modules', name, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'penstock-script-modules-'))
  install('helper', { type: 'module', exports: './index.js' }, { 'index.js': 'export const twice = (n) => n * 2' })
  install(
    'sums',
    { type: 'module', exports: { '.': { node: './node.js', import: './index.js' } } },
    {
      'index.js':
        "import { twice } from 'helper'\nimport { add } from './add.js'\nexport const addTwice = (a, b) => twice(add(a, b))",
      'add.js': 'export const add = (a, b) => a + b',
      'node.js': "import 'node:fs'",
    },
  )
  install('@scope/old', { main: 'main.cjs' }, { 'main.cjs': 'module.exports = { answer: 42 }' })
  install('reads-files', { main: 'index.js' }, { 'index.js': "module.exports = require('fs').readFileSync" })
  install(
    'huge',
    { type: 'module', exports: './index.js' },
    { 'index.js': `export default '${'x'.repeat(2_100_000)}'` },
  )
  install('broken', { type: 'module', exports: './index.js' }, { 'index.js': 'export default (' })
})
afterAll(() => rmSync(folder, { recursive: true }))

const load = async (source: string): Promise<Record<string, unknown>> =>
  import(`data:text/javascript;base64,${Buffer.from(source).toString('base64')}`)

describe('bundleScriptModules', () => {
  it('makes one module of a package and all that it imports, in its form for no platform', async () => {
    const bundles = await bundleScriptModules(['sums', '@scope/old'], folder)
    expect([...bundles.keys()]).toEqual(['sums', '@scope/old'])
    const { addTwice } = await load(bundles.get('sums') ?? '')
    expect(typeof addTwice === 'function' && addTwice(1, 2)).toBe(6)
    expect((await load(bundles.get('@scope/old') ?? ''))['default']).toEqual({ answer: 42 })
    for (const source of bundles.values()) expect(source).not.toMatch(/\bimport\b\s*["'{*]/)
  })

  it('does nothing when nothing is listed', async () => {
    expect((await bundleScriptModules([], folder)).size).toBe(0)
  })

  it.each([
    ['fs', "'fs' is a part of Node, which scripts do not have"],
    ['node:crypto', "'node:crypto' is a part of Node"],
    ['sums/add.js', "'sums/add.js' is not the name of a package"],
    ['../sums', 'is not the name of a package'],
    [
      'nobody-installed-this',
      "'nobody-installed-this' is not installed: npm install nobody-installed-this where Penstock runs",
    ],
    ['reads-files', "'reads-files' needs fs of Node, which scripts do not have"],
    ['huge', 'at most 2097152 are possible'],
    ['broken', "'broken' cannot be bundled: "],
  ])('refuses %s, and says why', async (name, message) => {
    await expect(bundleScriptModules(['helper', name], folder)).rejects.toThrow(message)
  })
})

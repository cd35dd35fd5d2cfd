#!/usr/bin/env node
// Runs every test of the three rings, from a fresh clone if need be; the last line is `N passed, N failed`.
// Use: npm test [-- <vitest arguments>]      PostgreSQL: TEST_POSTGRES_URL, else the one from npm, started by the run itself.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.mjs'
import { runNode } from './run/command.mjs'
import { ensureInstalled } from './run/install.mjs'
import { requireNode } from './run/node-version.mjs'
import { compiler, root } from './run/root.mjs'
import { readCounts } from './run/test-counts.mjs'
import { explain } from './services/fault.mjs'

const results = join(root, '.cache', 'test-results.json')

async function typeCheckTests() {
  console.log('tests: checking types')
  const { code, output } = await runNode(compiler, ['-p', 'tsconfig.tests.json'], { cwd: root })
  if (code !== 0) console.error(`The tests do not compile:\n${output.trim()}`)
  return code === 0
}

async function runTests() {
  mkdirSync(join(root, '.cache'), { recursive: true })
  rmSync(results, { force: true })
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
  const { code } = await runNode(vitest, ['run', ...reporters, ...process.argv.slice(2)], { cwd: root, show: true })
  return readCounts(results, code)
}

let passed = 0
let failed = 0
try {
  requireNode(root)
  await ensureInstalled(root, (step) => console.log(`tests: ${step}`))
  console.log('tests: building')
  await build()
  if (!(await typeCheckTests())) failed += 1
  const counts = await runTests()
  passed += counts.passed
  failed += counts.failed
} catch (error) {
  console.error(explain(error))
  failed += 1
}
process.exitCode = failed > 0 ? 1 : 0
console.log(`${passed} passed, ${failed} failed`)

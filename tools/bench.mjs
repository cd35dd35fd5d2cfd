#!/usr/bin/env node
// Measures the product as it is shipped beside references on this machine, and writes bench/results.
// Use: npm run bench [-- --quick]
import { join } from 'node:path'
import { build } from './build.mjs'
import { runNode } from './run/command.mjs'
import { ensureInstalled } from './run/install.mjs'
import { requireNode } from './run/node-version.mjs'
import { root } from './run/root.mjs'
import { explain } from './services/fault.mjs'

try {
  requireNode(root)
  await ensureInstalled(root, console.log)
  await build()
  const quick = process.argv.includes('--quick')
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const env = { ...process.env, ...(quick ? { BENCH_QUICK: '1' } : {}) }
  const { code } = await runNode(vitest, ['run', '--config', 'bench/vitest.config.ts'], { cwd: root, env, show: true })
  process.exitCode = code
} catch (error) {
  console.error(explain(error))
  process.exitCode = 1
}

#!/usr/bin/env node
// Every gate: exactly what CI runs before the tests. Use: npm run check
import { GATES } from './gates/all.mjs'
import { ensureInstalled } from './run/install.mjs'
import { requireNode } from './run/node-version.mjs'
import { root } from './run/root.mjs'
import { explain } from './services/fault.mjs'

// The first ones are mended first; a wall of text hides them.
const SHOWN_MAX = 60

async function pass([name, gate]) {
  const begin = performance.now()
  const { read, modules, faults } = await outcomeOf(gate)
  const seconds = ((performance.now() - begin) / 1000).toFixed(1)
  console.log(`${faults.length === 0 ? '✔' : '✖'} ${name} (${read}, ${seconds} s)`)
  for (const fault of faults.slice(0, SHOWN_MAX)) console.log(`    ${fault.replaceAll('\n', '\n    ')}`)
  if (faults.length > SHOWN_MAX) console.log(`    … and ${faults.length - SHOWN_MAX} more`)
  return { name, modules: modules ?? 0, failed: faults.length > 0 }
}

async function outcomeOf(gate) {
  try {
    return await gate(root)
  } catch (error) {
    return { read: 'nothing', faults: [explain(error)] }
  }
}

try {
  requireNode(root)
  await ensureInstalled(root, (step) => console.log(`check: ${step}`))
  const results = []
  // One after the other: most of them use every core, and their lines stay together.
  for (const gate of GATES) results.push(await pass(gate))
  const failed = results.filter((result) => result.failed).map(({ name }) => name)
  const modules = results.reduce((sum, result) => sum + result.modules, 0)
  if (modules === 0) failed.push('no module was read')
  process.exitCode = failed.length > 0 ? 1 : 0
  console.log(
    failed.length === 0
      ? `check: all ${results.length} gates passed, ${modules} modules read`
      : `check: ${failed.length} of ${results.length} gates failed: ${failed.join('; ')}`,
  )
} catch (error) {
  console.error(explain(error))
  process.exitCode = 1
}

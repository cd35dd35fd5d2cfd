#!/usr/bin/env node
// Shows that every gate reports what it should: `N of N planted violations found, M modules read`. Use: npm run check:gates
import { cycles } from './gates/cycles.mjs'
import { plantedViolations } from './gates/planted.mjs'
import { root } from './run/root.mjs'
import { explain } from './services/fault.mjs'

try {
  const [{ read, faults }, { modules }] = [await plantedViolations(), await cycles(root)]
  for (const fault of faults) console.error(fault)
  console.log(`${read}, ${modules} modules read`)
  process.exitCode = faults.length === 0 && modules > 0 ? 0 : 1
} catch (error) {
  console.error(explain(error))
  process.exitCode = 1
}

import { existsSync, readFileSync } from 'node:fs'

/**
 * How many tests passed and failed, from Vitest's JSON report and its exit code. Never all well by accident: a file that does not
 * load, an error outside every test, a missing report and a run without tests each count as one failure.
 */
export function readCounts(report, exitCode) {
  if (!existsSync(report)) return { passed: 0, failed: 1 }
  const { numPassedTests: passed, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'))
  const unloaded = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  const failed = numFailedTests + unloaded.length
  const allWell = exitCode === 0 && passed > 0
  return { passed, failed: failed === 0 && !allWell ? 1 : failed }
}

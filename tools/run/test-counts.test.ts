import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readCounts } from './test-counts.mjs'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'counts-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const report = (content: object): string => {
  const file = join(folder, 'report.json')
  writeFileSync(file, JSON.stringify(content))
  return file
}

it('takes the counts of a run that went well', () => {
  expect(readCounts(report({ numPassedTests: 7, numFailedTests: 0, testResults: [] }), 0)).toEqual({
    passed: 7,
    failed: 0,
  })
})

it('counts a file that does not load as one failure beside the failed tests', () => {
  const testResults = [
    { status: 'failed', assertionResults: [] },
    { status: 'failed', assertionResults: [{ status: 'failed' }] },
  ]
  expect(readCounts(report({ numPassedTests: 3, numFailedTests: 1, testResults }), 1)).toEqual({ passed: 3, failed: 2 })
})

it.each([
  ['an error outside every test', { numPassedTests: 5, numFailedTests: 0, testResults: [] }, 1],
  ['a run without tests', { numPassedTests: 0, numFailedTests: 0, testResults: [] }, 0],
])('counts %s as a failure', (_what, content, exitCode) => {
  expect(readCounts(report(content), exitCode).failed).toBe(1)
})

it('counts a missing report as a failure', () => {
  expect(readCounts(join(folder, 'absent.json'), 0)).toEqual({ passed: 0, failed: 1 })
})

import { budgetCases, clockCases } from './conformance-cases/bounds.js'
import { entryCases, stepCases } from './conformance-cases/entries.js'
import { checkCases, failureCases, placeCases } from './conformance-cases/failures.js'
import { isolationCases, surroundingCases } from './conformance-cases/isolation.js'
import { type OpenRunner, SUITE_MODULES, SUITE_PRELUDE, type TestApi } from './conformance-cases/subject.js'
import type { ScriptRunner } from './script-runner.js'

export type { OpenRunner, TestApi } from './conformance-cases/subject.js'

/** What every ScriptRunner must hold, run against the real engine. All cases share one runner: no job may harm it for the next. */
export function scriptRunnerConformance(api: TestApi, name: string, open: OpenRunner): void {
  api.describe(`${name} as a ScriptRunner`, () => {
    let shared: ScriptRunner | undefined
    api.afterAll(async () => shared?.close())
    const cases = { api, runner: () => (shared ??= open(SUITE_PRELUDE, SUITE_MODULES)) }
    entryCases(cases)
    stepCases(cases)
    placeCases(cases)
    failureCases(cases)
    checkCases(cases)
    clockCases(cases)
    budgetCases(cases)
    isolationCases(cases)
    surroundingCases(cases)
  })
}

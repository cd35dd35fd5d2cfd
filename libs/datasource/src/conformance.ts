import { cancelCases } from './conformance-cases/cancels.js'
import { capCases } from './conformance-cases/caps.js'
import { failureCases } from './conformance-cases/failures.js'
import { interactiveCases } from './conformance-cases/interactive.js'
import { lifeCases } from './conformance-cases/life.js'
import { sessionCases } from './conformance-cases/sessions.js'
import { streamCases, streamEndCases } from './conformance-cases/streams.js'
import { neverWritesCases } from './conformance-cases/never-writes.js'
import type { CaseBody, Cases, ConformanceSql, Subject, TestApi } from './conformance-cases/subject.js'
import { discardCases, readOnlyCases, rollbackCases, transactionCases } from './conformance-cases/transactions.js'
import { valueCases } from './conformance-cases/values.js'

export { settingsOf } from './conformance-cases/settings-of.js'
export type { ConformanceSql, Subject, TestApi, ValueCase } from './conformance-cases/subject.js'

/**
 * What every Driver must hold, to be run against a real server. `prepare` gives an empty database; cases that write get one each, so that
 * no case can lean on another.
 */
export function driverConformance(
  api: TestApi,
  name: string,
  sql: ConformanceSql,
  prepare: () => Promise<Subject>,
): void {
  describeCases(api, `${name} as a Driver`, sql, prepare, (cases) => {
    valueCases(cases)
    transactionCases(cases)
    discardCases(cases)
    rollbackCases(cases)
    readOnlyCases(cases)
    if (sql.writes === 'never') neverWritesCases(cases)
    sessionCases(cases)
    capCases(cases)
    streamCases(cases)
    streamEndCases(cases)
    failureCases(cases)
    cancelCases(cases)
    lifeCases(cases)
  })
}

/** What a Driver that begins transactions must hold beside that. */
export function transactionConformance(
  api: TestApi,
  name: string,
  sql: ConformanceSql,
  prepare: () => Promise<Subject>,
): void {
  describeCases(api, `${name} as a Driver with transactions`, sql, prepare, interactiveCases)
}

function describeCases(
  api: TestApi,
  name: string,
  sql: ConformanceSql,
  prepare: () => Promise<Subject>,
  add: (cases: Cases) => void,
): void {
  api.describe(name, () => {
    let shared: Promise<Subject> | undefined
    api.afterAll(async () => (await shared)?.dispose())
    add({
      api,
      sql,
      it: (title, body) => api.it(title, async () => withDriver(await (shared ??= prepare()), body)),
      itWrites: (title, body) => {
        if (sql.writes !== 'never') api.it(title, () => alone(prepare, body))
      },
    })
  })
}

async function alone(prepare: () => Promise<Subject>, body: CaseBody): Promise<void> {
  const subject = await prepare()
  try {
    await withDriver(subject, body)
  } finally {
    await subject.dispose()
  }
}

async function withDriver(subject: Subject, body: CaseBody): Promise<void> {
  const driver = subject.open({ poolSize: 3 })
  try {
    await body(driver, subject)
  } finally {
    await driver.close()
  }
}

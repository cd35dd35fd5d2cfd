import type { DebugAnswer, debugApiRequest } from '@penstock/contracts'
import { datasourceStore, macroStore, type Api, type Datasource } from '@penstock/control-store'
import type { Driver } from '@penstock/datasource'
import { AppError, toProblem } from '@penstock/errors'
import { parseJson } from '@penstock/params'
import { executeSql, loadSqlUnit, type ExecutionFact, type SqlUnit } from '@penstock/pipeline'
import { encodeEnvelope } from '@penstock/result-shape'
import type { z } from 'zod'
import { datasourceConnection } from '../../base/datasource-connection.js'
import type { Ports } from '../../base/ports.js'
import type { Caller } from '../../base/principal.js'
import { examineCandidate } from '../examine-candidate.js'
import { findApi, requireExecute } from '../find-api.js'
import { readDebugParams } from './read-debug-params.js'
import { shownJson } from './shown-json.js'

type DebugRequest = z.output<typeof debugApiRequest>
export type DebugApi = (caller: Caller, id: string, body: DebugRequest) => Promise<DebugAnswer>
type DebugPorts = Pick<Ports, 'database' | 'keyring' | 'config' | 'inspect' | 'connect' | 'audit' | 'scripts'>

/** People read what comes back: more than this is cut. */
const ROWS_MAX = 1000
const BYTES_MAX = 4 * 1024 * 1024

/**
 * Runs the draft, or another content in its place, as a gateway would, and shows what was sent. A GET API runs read-only. What any other
 * writes is rolled back unless `commit` is said, so that trying is safe; sequences do advance, as they do in any transaction. Each run is
 * in the audit log: it used the credentials of the data source.
 */
export function debugApi(ports: DebugPorts): DebugApi {
  return async (caller, id, body) => {
    const { api, datasource, macros } = await ports.database.read(async (tx) => {
      const found = await findApi(tx, id)
      const source = found.datasourceId === null ? null : await datasourceStore.find(tx, found.datasourceId)
      return { api: found, datasource: source, macros: await macroStore.inScope(tx, found.moduleId) }
    })
    requireExecute(caller, api)
    if (api.executeEngine === 'SCRIPT')
      throw new AppError('CONTENT_INVALID', 'a script', { message: 'Only SQL templates can be tried here' })
    if (datasource === null)
      throw new AppError('CONTENT_INVALID', 'no data source', { message: 'The API needs a data source that exists' })
    const content = body.content ?? api.content
    const examination = await examineCandidate(ports, {
      apiId: id,
      moduleId: api.moduleId,
      engine: api.executeEngine,
      datasourceId: datasource.id,
      extraDatasourceIds: api.extraDatasourceIds,
      method: api.httpMethod,
      // A draft may be tried before its path is settled.
      path: undefined,
      content,
      params: api.params,
      transform: api.resultTransform,
      // What is tried is the statement itself, all of its rows up to the cap.
      paging: null,
      macros,
    })
    const { plan, errors } = examination
    if (plan === undefined) {
      throw new AppError('CONTENT_INVALID', 'the template does not compile', {
        message: errors[0]?.message ?? '',
        errors,
      })
    }
    const answer = await run(ports, { api, datasource, unit: loadSqlUnit(plan), body })
    await recordRun(ports, caller, api, body, answer)
    return answer
  }
}

interface DebugRun {
  readonly api: Api
  readonly datasource: Datasource
  readonly unit: SqlUnit
  readonly body: DebugRequest
}

async function run(ports: DebugPorts, { api, datasource, unit, body }: DebugRun): Promise<DebugAnswer> {
  const started = performance.now()
  let sent: (ExecutionFact & { readonly atMs: number }) | undefined
  let values: Readonly<Record<string, unknown>> = {}
  const shown = (succeeded: boolean): DebugAnswer['debug'] => ({
    statements: (sent?.statements ?? []).map(({ text, values: binds }) => ({ sql: text, binds: binds.map(shownJson) })),
    params: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shownJson(value)])),
    mode: sent?.mode ?? 'read',
    committed: succeeded && body.commit && sent?.mode === 'write',
    render_ms: (sent?.atMs ?? performance.now()) - started,
    execute_ms: sent === undefined ? null : performance.now() - sent.atMs,
  })
  const timeoutMs = api.timeoutMs ?? ports.config.external.statementTimeoutMs
  try {
    values = readDebugParams(api.params, body.params)
    const results = await withDriver(ports, datasource, body.commit, timeoutMs, (driver, signal) =>
      executeSql({
        unit,
        values,
        driver,
        readOnly: api.httpMethod === 'GET',
        signal,
        timeoutMs,
        rowsMax: Math.min(api.maxRows ?? ROWS_MAX, ROWS_MAX),
        bytesMax: BYTES_MAX,
        record: (fact) => (sent = { ...fact, atMs: performance.now() }),
      }),
    )
    const debug = shown(true)
    const { body: envelope, truncated } = encodeEnvelope(results, { naming: 'as-is', bytesMax: BYTES_MAX })
    return { success: true, message: null, data: dataOf(envelope), ...(truncated ? { truncated } : {}), debug }
  } catch (error) {
    return failure(error, shown(false))
  }
}

/** What a caller would be told, and beside it what only the author of the API may read. Faults of our own stay faults. */
function failure(error: unknown, debug: DebugAnswer['debug']): DebugAnswer {
  if (!(error instanceof AppError) || error.code === 'INTERNAL') throw error
  const { message, code, errors } = toProblem(error, '').body
  return {
    success: false,
    message,
    data: [],
    code,
    ...(errors === undefined ? {} : { errors: [...errors] }),
    debug: { ...debug, database_message: error.message },
  }
}

function dataOf(envelope: string): unknown {
  const parsed = parseJson(envelope)
  const value: unknown = parsed.ok ? parsed.value : undefined
  if (typeof value === 'object' && value !== null && 'data' in value) return shownJson(value.data)
  throw new Error('the envelope was encoded and cannot be read')
}

async function withDriver<T>(
  { connect, keyring, config }: DebugPorts,
  datasource: Datasource,
  commit: boolean,
  timeoutMs: number,
  work: (driver: Driver, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (!datasource.isActive) throw new AppError('DATASOURCE_INACTIVE')
  const driver = connect(datasourceConnection(datasource, keyring, config.external))
  const call = new AbortController()
  // The server's own timeout comes first; this ends a connection that hangs.
  const timer = setTimeout(() => call.abort(), timeoutMs + config.external.connectTimeoutMs)
  try {
    return await work(
      { ...driver, query: (statements, options) => driver.query(statements, { ...options, discard: !commit }) },
      call.signal,
    )
  } finally {
    clearTimeout(timer)
    await driver.close()
  }
}

async function recordRun(
  { database, audit }: DebugPorts,
  caller: Caller,
  api: Api,
  body: DebugRequest,
  { code, debug }: DebugAnswer,
): Promise<void> {
  await database.transaction((tx) =>
    audit(tx, caller, {
      action: 'api.debug',
      resource: { type: 'api', id: api.id, name: api.name },
      after: {
        shown: {
          own_content: body.content === undefined,
          statements: debug.statements.map(({ sql }) => sql),
          mode: debug.mode,
          committed: debug.committed,
          code: code ?? null,
        },
      },
    }),
  )
}

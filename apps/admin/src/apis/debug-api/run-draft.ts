import type { DebugAnswer, debugApiRequest } from '@penstock/contracts'
import { AppError, AuthoredError, toProblem } from '@penstock/errors'
import { parseJson, type ParamValues } from '@penstock/params'
import { answerWork, CallSignal, newTrace, type Call, type CallPorts } from '@penstock/pipeline'
import { deriveGatewayKeys } from '@penstock/secrets'
import type { z } from 'zod'
import { datasourceConnection } from '../../base/datasource-connection.js'
import type { Ports } from '../../base/ports.js'
import { DebugRecord } from './debug-record.js'
import { DraftDrivers } from './draft-drivers.js'
import { draftSnapshot, type RunnableDraft } from './draft-snapshot.js'
import { readDebugParams } from './read-debug-params.js'
import { recordedRunner } from './recorded-runner.js'
import { shownJson } from './shown-json.js'

export type DebugRequest = z.output<typeof debugApiRequest>
export type RunPorts = Pick<
  Ports,
  'connect' | 'inspect' | 'keyring' | 'config' | 'scripts' | 'admissions' | 'log' | 'now' | 'newId'
>

/** People read what comes back: more than this is cut. */
export const ROWS_MAX = 1000
const BYTES_MAX = 4 * 1024 * 1024

/** Runs a draft through the stages that a gateway has behind its limits, and writes down what happens. */
export async function runDraft(ports: RunPorts, draft: RunnableDraft, body: DebugRequest): Promise<DebugAnswer> {
  const { api } = draft
  const { snapshot, plan } = draftSnapshot(draft, deriveGatewayKeys(ports.config.gatewayKey).wrappingKey)
  const { work } = plan
  if (work.kind === 'broken') throw new AppError('API_BROKEN', work.reason)
  const record = new DebugRecord()
  const lasting = body.commit ? 'commit' : work.kind === 'sql' ? 'discard each query' : 'discard all at the end'
  const drivers = new DraftDrivers(ports, draft.datasources, lasting, record)
  const hasScripts = draft.scripts !== undefined
  try {
    const { values, page } = readDebugParams(api.params, work.kind === 'sql' ? work.paging : undefined, body.params)
    record.values = values
    const call = callOf(ports, { draft, body, values, record, drivers })
    const params = { values, naming: 'as-is', format: undefined, page } as const
    const { body: envelope } = await answerWork({ snapshot, call, plan, client: undefined }, work, params)
    // What scripts wrote is there when they are over; what is only tried is gone then.
    return { ...answerOf(envelope), debug: record.shown(body.commit, hasScripts) }
  } catch (error) {
    return failure(error, record.shown(false, hasScripts))
  } finally {
    await drivers.close()
  }
}

interface DraftCall {
  readonly draft: RunnableDraft
  readonly body: DebugRequest
  readonly values: ParamValues
  readonly record: DebugRecord
  readonly drivers: DraftDrivers
}

function callOf(ports: RunPorts, { draft: { api, datasources }, body, values, record, drivers }: DraftCall): Call {
  const { config, scripts } = ports
  const timeoutMs = api.timeoutMs ?? config.external.statementTimeoutMs
  const callPorts: CallPorts = {
    admission: ports.admissions,
    leaseDriver: (plan) => drivers.lease(plan),
    async prepareTexts({ id }, texts, signal) {
      const datasource = datasources.find((one) => one.id === id)
      if (datasource === undefined) return []
      const inspector = ports.inspect(datasourceConnection(datasource, ports.keyring, config.external))
      try {
        return await inspector.prepare(texts, signal)
      } finally {
        await inspector.close()
      }
    },
    cursorKey: deriveGatewayKeys(config.gatewayKey).cursorKey,
    scripts: { ...scripts, runner: recordedRunner(scripts.runner, record) },
    settings: {
      rateLimitsEnabled: false,
      defaultRatePerMinute: 0,
      defaultConcurrent: 0,
      executionTimeoutMs: timeoutMs,
      statementTimeoutMs: config.external.statementTimeoutMs,
      rowsMax: ROWS_MAX,
      bytesMax: BYTES_MAX,
      keepParams: false,
    },
    now: () => ports.now().getTime(),
    monotonicMs: () => performance.now(),
  }
  return {
    requestId: ports.newId(),
    head: {
      method: api.httpMethod,
      rawPath: filledPath(api.path, values),
      rawQuery: '',
      headers: Object.fromEntries(Object.entries(body.headers).map(([name, value]) => [name.toLowerCase(), value])),
      ip: '127.0.0.1',
    },
    ports: callPorts,
    trace: newTrace(),
    signal: new CallSignal(),
    readBody: () => Promise.resolve({ kind: 'none', text: '' }),
    openStream: () => undefined,
  }
}

function filledPath(path: string, values: ParamValues): string {
  return path.replace(/\{([^{}]*)\}/g, (_braces, name: string) => encodeURIComponent(String(values[name] ?? '')))
}

/** What a caller would be told, and beside it what only the author of the API may read. Faults of our own stay faults. */
function failure(error: unknown, debug: DebugAnswer['debug']): DebugAnswer {
  const isExpected = error instanceof AuthoredError || (error instanceof AppError && error.code !== 'INTERNAL')
  if (!isExpected) throw error
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

interface ShownEnvelope {
  readonly [key: string]: unknown
  readonly success: boolean
  readonly message: string | null
  readonly data: unknown
}

/** With the keys that a transform added. */
function answerOf(envelope: string | Uint8Array): ShownEnvelope {
  const parsed = parseJson(Buffer.from(envelope).toString('utf8'))
  const value: unknown = parsed.ok ? shownJson(parsed.value) : undefined
  if (typeof value !== 'object' || value === null || !('data' in value))
    throw new Error('the envelope was encoded and cannot be read')
  const { success, message, data, ...more } = { success: true, message: null, ...value }
  return { ...more, success: success !== false, message: typeof message === 'string' ? message : null, data }
}

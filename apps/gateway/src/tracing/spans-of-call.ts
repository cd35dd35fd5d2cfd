import type { CallFinished, TracedCall } from '@penstock/observations'
import { newSpanId } from './trace-context.js'

/** One span as OTLP writes it in JSON. */
export interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly OtlpAttribute[]
  readonly status: { readonly code: number; readonly message?: string }
}

export interface OtlpAttribute {
  readonly key: string
  readonly value: { readonly stringValue: string } | { readonly intValue: string }
}

const INTERNAL = 1
const SERVER = 2
const UNSET = 0
const ERROR = 2

/** The span of a call and one for each stage that it reached. Says nothing that the access record does not say. */
export function spansOfCall(call: CallFinished, traced: TracedCall): readonly OtlpSpan[] {
  const own: OtlpSpan = {
    traceId: traced.traceId,
    spanId: traced.spanId,
    ...(traced.parentSpanId === undefined ? {} : { parentSpanId: traced.parentSpanId }),
    // The name of the API and never the path: names must be few.
    name: `${call.method} ${call.api?.name ?? 'none'}`,
    kind: SERVER,
    startTimeUnixNano: nanos(call.atMs),
    endTimeUnixNano: nanos(call.atMs + call.durationMs),
    attributes: attributesOf(call),
    status: call.status >= 500 ? { code: ERROR, message: call.code ?? '' } : { code: UNSET },
  }
  return [own, ...stagesOf(call, traced).map((stage) => stageSpan(call, traced, stage))]
}

interface Stage {
  readonly name: string
  readonly fromMs: number
  readonly toMs: number
}

/** Stages follow each other; what the data source took comes behind the parameters, and what is left is encoding and writing. */
function stagesOf({ durationMs, executionMs }: CallFinished, { stages }: TracedCall): readonly Stage[] {
  const found: Stage[] = []
  let fromMs = 0
  const add = (name: string, toMs: number): void => {
    found.push({ name, fromMs, toMs: Math.min(toMs, durationMs) })
    fromMs = Math.min(toMs, durationMs)
  }
  for (const { stage, afterMs } of stages) add(stage, afterMs)
  if (executionMs !== undefined) add('execute', fromMs + executionMs)
  // A call that was refused on its way has no answer to encode.
  if (stages.at(-1)?.stage === 'params') add('encode', durationMs)
  return found
}

function stageSpan({ atMs, datasource }: CallFinished, { traceId, spanId }: TracedCall, stage: Stage): OtlpSpan {
  return {
    traceId,
    spanId: newSpanId(),
    parentSpanId: spanId,
    name: stage.name,
    kind: INTERNAL,
    startTimeUnixNano: nanos(atMs + stage.fromMs),
    endTimeUnixNano: nanos(atMs + stage.toMs),
    attributes: stage.name === 'execute' && datasource !== undefined ? [text('penstock.datasource', datasource)] : [],
    status: { code: UNSET },
  }
}

function attributesOf(call: CallFinished): readonly OtlpAttribute[] {
  const { api, clientId, code, cache, rows } = call
  return [
    text('http.request.method', call.method),
    text('url.path', call.path),
    number('http.response.status_code', call.status),
    text('client.address', call.ip),
    text('penstock.request_id', call.requestId),
    ...(api === undefined ? [] : [text('penstock.api', api.name), number('penstock.version', api.version)]),
    ...(clientId === undefined ? [] : [text('penstock.client_id', clientId)]),
    ...(code === undefined ? [] : [text('error.type', code)]),
    ...(cache === undefined ? [] : [text('penstock.cache', cache)]),
    ...(rows === undefined ? [] : [number('penstock.rows', rows)]),
  ]
}

const TEXT_CHARACTERS_MAX = 1_000

function text(key: string, value: string): OtlpAttribute {
  return { key, value: { stringValue: value.slice(0, TEXT_CHARACTERS_MAX) } }
}

function number(key: string, value: number): OtlpAttribute {
  return { key, value: { intValue: String(Math.round(value)) } }
}

/** A time in milliseconds as whole nanoseconds: too large for a number, so it is written in two parts. */
function nanos(ms: number): string {
  const whole = Math.floor(ms)
  return `${whole}${String(Math.floor((ms - whole) * 1_000_000)).padStart(6, '0')}`
}

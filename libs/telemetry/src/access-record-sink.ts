import { randomUUID } from 'node:crypto'
import { type AccessRecord } from '@penstock/contracts'
import { type CallFinished, type Observe } from '@penstock/observations'

/** Turns finished calls into access records, cut to the sizes that admin takes. */
export function accessRecordSink(add: (record: AccessRecord) => void): Observe {
  return (observation) => {
    if (observation.kind === 'call.finished') add(toAccessRecord(observation))
  }
}

function toAccessRecord(call: CallFinished): AccessRecord {
  return {
    id: randomUUID(),
    at: new Date(call.atMs).toISOString(),
    request_id: call.requestId.slice(0, 200),
    method: call.method.slice(0, 16),
    path: call.path.slice(0, 2048),
    status: call.status,
    code: call.code ?? null,
    duration_ms: Math.round(call.durationMs * 1000) / 1000,
    rows: call.rows ?? null,
    response_bytes: call.responseBytes,
    api_id: call.api?.id ?? null,
    version: call.api?.version ?? null,
    client_id: call.clientId ?? null,
    ip: call.ip.slice(0, 64),
    user_agent: call.userAgent?.slice(0, 300) ?? null,
    params: call.params?.slice(0, 4000) ?? null,
  }
}

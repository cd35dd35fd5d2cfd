import type { AccessLogAnswer, AccessLogSummary } from '@penstock/contracts'
import type { AccessLog } from '@penstock/control-store'

/** A call as lists show it. */
export function accessLogSummaryOf(log: AccessLog): AccessLogSummary {
  const {
    id,
    at,
    request_id,
    method,
    path,
    status,
    code,
    duration_ms,
    rows,
    response_bytes,
    api_id,
    api_name,
    client_id,
    ip,
  } = log
  return {
    ...{ id, at: at.toISOString(), request_id, method, path, status, code, duration_ms, rows, response_bytes },
    ...{ api_id, api_name, client_id, ip },
  }
}

export function accessLogAnswerOf(log: AccessLog): AccessLogAnswer {
  const { gateway_id, version, user_agent, params } = log
  return { ...accessLogSummaryOf(log), gateway_id, version, user_agent, params }
}

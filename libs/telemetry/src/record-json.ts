import { randomUUID } from 'node:crypto'
import type { CallFinished } from '@penstock/observations'

/**
 * A finished call as the JSON text of an access record, cut to the sizes that admin takes. Written by hand because it is made for every
 * call: what may hold anything (path, client, user agent, parameters) is escaped, the rest is known to need none.
 */
export function recordJson(call: CallFinished): string {
  return (
    `{"id":"${randomUUID()}","at":"${timeOf(call.atMs)}","request_id":${quoted(call.requestId, 200)}` +
    `,"method":${quoted(call.method, 16)},"path":${quoted(call.path, 2048)},"status":${call.status}` +
    `,"code":${call.code === undefined ? 'null' : `"${call.code}"`},"duration_ms":${Math.round(call.durationMs * 1000) / 1000}` +
    `,"rows":${call.rows ?? 'null'},"response_bytes":${call.responseBytes}` +
    `,"api_id":${call.api === undefined ? 'null' : `"${call.api.id}"`},"version":${call.api?.version ?? 'null'}` +
    `,"client_id":${quoted(call.clientId, 255)},"ip":${quoted(call.ip, 64)}` +
    `,"user_agent":${quoted(call.userAgent, 300)},"params":${quoted(call.params, 4000)}}`
  )
}

function quoted(text: string | undefined, lengthMax: number): string {
  if (text === undefined) return 'null'
  return JSON.stringify(text.length > lengthMax ? text.slice(0, lengthMax) : text)
}

let second = -1
let secondText = ''

/** RFC 3339 with milliseconds. The part up to the second is kept: many calls fall into each. */
function timeOf(ms: number): string {
  const now = Math.floor(ms / 1000)
  if (now !== second) {
    second = now
    secondText = new Date(now * 1000).toISOString().slice(0, -4)
  }
  return `${secondText}${String(Math.floor(ms) - now * 1000).padStart(3, '0')}Z`
}

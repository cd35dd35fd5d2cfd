import type { GatewayAnswer } from '@penstock/contracts'
import type { Gateway } from '@penstock/control-store'
import type { Revision } from '@penstock/publishing'

/** Gateways report every five seconds; four missed ones are no hiccup. */
const ALIVE_MS_MAX = 20_000

/** A replica beside the newest revision. */
export function gatewayAnswerOf(gateway: Gateway, ageMs: number, newest: Revision): GatewayAnswer {
  const revision = gateway.revision === null ? null : Number(gateway.revision)
  const state = stateOf(gateway.epoch, revision, newest)
  return {
    gateway_id: gateway.gatewayId,
    url: gateway.url,
    version: gateway.version,
    started_at: gateway.startedAt.toISOString(),
    seen_at: gateway.seenAt.toISOString(),
    heartbeat_age_ms: Math.max(0, Math.round(ageMs)),
    alive: ageMs <= ALIVE_MS_MAX,
    epoch: gateway.epoch,
    revision,
    lag: (state === 'current' || state === 'behind') && revision !== null ? newest.revision - revision : null,
    state,
    source: gateway.source,
    persisted: gateway.persisted,
    error: gateway.error,
    entry_errors: gateway.entryErrors,
    access_records_dropped: Number(gateway.accessRecordsDropped),
  }
}

function stateOf(epoch: string | null, revision: number | null, newest: Revision): GatewayAnswer['state'] {
  if (epoch === null || revision === null) return 'empty'
  if (epoch !== newest.epoch) return 'other epoch'
  if (revision > newest.revision) return 'ahead'
  return revision === newest.revision ? 'current' : 'behind'
}

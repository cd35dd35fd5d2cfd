import type { Observation, Observe } from '@penstock/observations'
import type { Logger } from './logger.js'

/**
 * Turns facts into log lines. Calls that succeed or that the caller got wrong are not logged line by line (they are access records);
 * calls that failed on our side are, with the operator's sentence.
 */
export function logSink(logger: Logger): Observe {
  return (observation) => {
    // First of all, because nearly all facts are calls that are not logged.
    const level = levelOf(observation)
    if (level === undefined) return
    const { kind, ...fields } = observation
    if (observation.kind === 'call.finished') {
      const { requestId, method, path, status, code, durationMs, detail, api, clientId } = observation
      logger[level](kind, { requestId, method, path, status, code, durationMs, detail, api: api?.name, clientId })
      return
    }
    if (observation.kind === 'script.logged') {
      const { requestId, api, text } = observation
      logger[level](kind, { requestId, api, text })
      return
    }
    logger[level](kind, fields)
  }
}

function levelOf(observation: Observation): keyof Logger | undefined {
  switch (observation.kind) {
    case 'call.finished':
      // 503s are said under load by design; they are counted, not logged one by one.
      return observation.status === 500 || observation.status === 502
        ? 'error'
        : observation.code === 'SCRIPT_TIMEOUT'
          ? 'warn'
          : observation.status >= 500
            ? 'debug'
            : undefined
    case 'script-host.broken':
    case 'process.failed':
      return 'error'
    case 'snapshot.refused':
    case 'snapshot.entry-refused':
    case 'snapshot.not-persisted':
    case 'snapshot.last-good-corrupt':
    case 'source.failed':
    case 'heartbeat.failed':
    case 'access-records.dropped':
    case 'spans.dropped':
    case 'access-records.delayed':
      return 'warn'
    case 'access-records.route':
      return observation.via === 'admin' ? 'warn' : 'info'
    case 'memory.pressure':
      return observation.state === 'short' ? 'error' : 'info'
    case 'script.logged':
      return observation.level
    case 'script-host.lost':
    case 'script.killed':
    case 'script.suspended':
      return 'warn'
    case 'clock.compared':
      return undefined
    case 'clock.judged':
      return observation.isOff ? 'warn' : 'info'
    case 'limits.mode':
      return observation.mode === 'local' ? 'warn' : 'info'
    case 'datasource.breaker':
      return observation.state === 'open' ? 'warn' : observation.state === 'closed' ? 'info' : 'debug'
    case 'access-records.delivered':
      return 'debug'
    default:
      return 'info'
  }
}

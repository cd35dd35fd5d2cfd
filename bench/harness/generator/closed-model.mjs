import autocannon from 'autocannon'
import { setTimeout as pause } from 'node:timers/promises'

// Connecting and the first answers of cold connections do not count.
const LEAD_IN_MS = 250
// So often autocannon looks whether it shall stop; its own duration is only a bound.
const STOP_WITHIN_MS = 100
const SPARE_S = 5

/** `connections` callers: each sends the next request as soon as it has read the answer. */
export async function closedModel({ url, requests, seconds, connections }, { begin, over }) {
  const latenciesMs = []
  let counting = false
  const failures = []
  let opened = 0
  const load = autocannon({
    url,
    connections,
    duration: Math.ceil(seconds) + SPARE_S,
    sampleInt: STOP_WITHIN_MS,
    requests,
    // Each connection begins elsewhere, so that one caller never has all of them.
    setupClient(client) {
      const start = Math.floor((opened * requests.length) / connections)
      opened += 1
      client.setRequests([...requests.slice(start), ...requests.slice(0, start)])
    },
  })
  load.on('response', (_client, status, _bytes, latencyMs) => {
    if (status !== 200) failures.push(status)
    else if (counting) latenciesMs.push(latencyMs)
  })
  load.on('reqError', () => failures.push(0))
  await pause(LEAD_IN_MS)
  begin()
  counting = true
  const startedMs = performance.now()
  await pause(seconds * 1000)
  const measuredMs = performance.now() - startedMs
  counting = false
  over()
  load.stop()
  await load
  return { failures, measuredMs, latenciesMs: Float64Array.from(latenciesMs) }
}

import { Agent, request as httpRequest } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

// Connecting and the first answers of cold connections do not count.
const LEAD_IN_MS = 500
// Who waits for a free connection waits in the sense of the model too: it counts from the moment when the request was due.
const CONNECTIONS_MAX = 512
const ANSWER_MS_MAX = 10_000

/**
 * Requests are sent at a constant rate over connections that stay, whether the server keeps up or not. Each is measured from the moment when it
 * was due: what a slow server, a full set of connections or this process adds is in its latency.
 */
export async function openModel({ url, requests, seconds, perSecond }, { begin, over }) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX, scheduling: 'fifo' })
  const leadIn = Math.round((LEAD_IN_MS * perSecond) / 1000)
  const total = leadIn + Math.round(seconds * perSecond)
  const startMs = performance.now()
  const dueMs = (n) => startMs + (n * 1000) / perSecond
  const sentMs = new Float64Array(total)
  const answeredMs = new Float64Array(total)
  const answers = []
  const failures = []
  for (let next = 0; next < total;) {
    for (; next < total && dueMs(next) <= performance.now(); next += 1) {
      const n = next
      if (n === leadIn) begin()
      const sent = () => (sentMs[n] = performance.now())
      const done = (status) => {
        answeredMs[n] = performance.now()
        if (status !== 200) failures.push(status)
      }
      answers.push(answerTo(url, requests[n % requests.length], agent, sent).then(done))
    }
    await pause(Math.max(0, dueMs(next) - performance.now()))
  }
  over()
  await Promise.all(answers)
  agent.destroy()
  const counted = Array.from({ length: total - leadIn }, (_, at) => leadIn + at)
  return {
    failures,
    measuredMs: Math.max(...counted.map((n) => sentMs[n])) - startMs - LEAD_IN_MS,
    latenciesMs: Float64Array.from(counted, (n) => answeredMs[n] - dueMs(n)),
    latenessMs: Float64Array.from(counted, (n) => sentMs[n] - dueMs(n)),
  }
}

/** The status once the whole answer was read; 0 when there was none. */
function answerTo(url, { path, headers }, agent, sent) {
  return new Promise((resolve) => {
    const request = httpRequest(new URL(path, url), { agent, headers, timeout: ANSWER_MS_MAX }, (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode))
      response.once('error', () => resolve(0))
    })
    request.once('finish', sent)
    request.once('timeout', () => request.destroy())
    request.once('error', () => resolve(0))
    request.end()
  })
}

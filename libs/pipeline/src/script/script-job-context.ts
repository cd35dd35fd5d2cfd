import { randomBytes } from 'node:crypto'
import type { CallHead } from '../call.js'
import type { ApiPlan, ClientPlan, DatasourcePlan } from '../compiled-snapshot.js'
import type { CallParams } from '../read-call-params.js'
import { jsonText } from './json-text.js'
import type { ScriptPorts } from './script-ports.js'
import type { ScriptWork } from './script-work.js'

/** What all steps of a job see beside their input, as JSON text. */
export function jobContext(ports: ScriptPorts, datasource: DatasourcePlan | undefined): string {
  return JSON.stringify({
    env: ports.environment,
    ds: datasource === undefined ? null : { name: datasource.name, type: datasource.productType },
    // Ids that a script makes must not be guessed from others that it made: they are derived from this.
    entropy: randomBytes(32).toString('hex'),
  })
}

/** What an API's own script is given. Of the headers only what its version lists. */
export function requestInput(
  plan: ApiPlan,
  work: ScriptWork,
  head: CallHead,
  client: ClientPlan | undefined,
  values: CallParams['values'],
): string {
  return jsonText({
    req: {
      params: values,
      method: plan.method,
      path: decodeURIComponent(head.rawPath).replace(/^\/+|\/+$/g, ''),
      headers: listedHeaders(work.requestHeaders, head.headers),
      client: client === undefined ? null : { id: client.clientId, name: client.name },
    },
  })
}

/** The listed headers that were sent, by names in lower case. */
export function listedHeaders(names: readonly string[], headers: CallHead['headers']): Record<string, string> {
  const listed: Record<string, string> = {}
  for (const name of names) {
    const value = headers[name]
    if (value !== undefined) listed[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return listed
}

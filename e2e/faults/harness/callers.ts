import { waitUntil } from '@penstock/testing'
import type { AdminClient } from '../../harness/admin-client.js'
import { call, type Answer } from '../../harness/http.js'
import type { Gateway } from '../../harness/start-system.js'

export interface Caller {
  readonly clientId: string
  readonly token: string
}

/** A client with limits of its own that may call these APIs, and a token that every gateway has taken. */
export async function caller(
  admin: AdminClient,
  gateways: readonly Gateway[],
  client: { readonly name: string; readonly api_ids: readonly string[]; readonly [setting: string]: unknown },
): Promise<Caller> {
  const { client_id, client_secret } = await admin.create('clients', client)
  const json = { client_id, client_secret }
  const tokens = await Promise.all(
    gateways.map(async ({ url }) => {
      let answer: Answer | undefined
      await waitUntil(async () => (answer = await call('POST', `${url}/api/token/generate`, { json })).status === 200, {
        withinMs: 10_000,
        what: `a token for ${client.name}`,
      })
      return String(answer?.body.access_token)
    }),
  )
  return { clientId: client_id, token: tokens[0] ?? '' }
}

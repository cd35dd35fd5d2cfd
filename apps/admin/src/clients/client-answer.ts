import type { ClientAnswer, ClientSummary } from '@penstock/contracts'
import { clientApiLinks, clientGroupLinks, clientStore, type Client, type Tx } from '@penstock/control-store'
import { AppError } from '@penstock/errors'

/** A client in a list. */
export function clientSummaryOf(client: Client): ClientSummary {
  return {
    id: client.id,
    client_id: client.clientId,
    name: client.name,
    description: client.description,
    rate_limit_per_minute: client.rateLimitPerMinute,
    max_concurrent: client.maxConcurrent,
    token_expire_seconds: client.tokenExpireSeconds,
    ip_allow: client.ipAllow,
    ip_deny: client.ipDeny,
    is_active: client.isActive,
    created_at: client.createdAt.toISOString(),
    updated_at: client.updatedAt.toISOString(),
  }
}

/** A client with its links; never its secret. */
export async function clientAnswerOf(tx: Tx, client: Client): Promise<ClientAnswer> {
  const groupIds = await clientGroupLinks.members(tx, client.id)
  const apiIds = await clientApiLinks.members(tx, client.id)
  return { ...clientSummaryOf(client), group_ids: [...groupIds], api_ids: [...apiIds] }
}

/** The client, or NOT_FOUND. */
export async function findClient(tx: Tx, id: string): Promise<Client> {
  const client = await clientStore.find(tx, id)
  if (client === null) throw new AppError('NOT_FOUND')
  return client
}

/** The client, locked until the transaction ends, or NOT_FOUND. */
export async function findClientForChange(tx: Tx, id: string): Promise<Client> {
  const client = await clientStore.findForChange(tx, id)
  if (client === null) throw new AppError('NOT_FOUND')
  return client
}

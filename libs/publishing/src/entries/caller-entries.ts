import type { ClientEntry, GroupEntry } from '@penstock/contracts'
import { z } from 'zod'
import { orNone, perMinute } from './rate-rules.js'

/** What the configuration database knows of a client; ids in ascending order. */
export const clientFacts = z.object({
  id: z.uuid(),
  client_id: z.string(),
  name: z.string(),
  is_active: z.boolean(),
  secret_hash: z.string(),
  tokens_valid_from: z.number().int(),
  token_expire_seconds: z.number().int().nullable(),
  rate_limit_per_minute: z.number().int().nullable(),
  max_concurrent: z.number().int().nullable(),
  api_ids: z.array(z.uuid()),
  group_ids: z.array(z.uuid()),
  ip_allow: z.array(z.string()),
  ip_deny: z.array(z.string()),
})
export type ClientFacts = z.output<typeof clientFacts>

/** The entry by which gateways know a client and what it was granted. */
export function clientEntryOf(facts: ClientFacts): ClientEntry {
  return {
    kind: 'client',
    id: facts.id,
    client_id: facts.client_id,
    name: facts.name,
    is_active: facts.is_active,
    secret_hashes: [facts.secret_hash],
    tokens_valid_from: facts.tokens_valid_from,
    token_expire_seconds: facts.token_expire_seconds,
    rate_limits: perMinute('client', facts.rate_limit_per_minute),
    max_concurrent: orNone(facts.max_concurrent),
    api_ids: facts.api_ids,
    group_ids: facts.group_ids,
    ip_allow: facts.ip_allow,
    ip_deny: facts.ip_deny,
  }
}

/** What the configuration database knows of a group; ids in ascending order. */
export const groupFacts = z.object({ id: z.uuid(), is_active: z.boolean(), api_ids: z.array(z.uuid()) })
export type GroupFacts = z.output<typeof groupFacts>

/** The entry by which gateways know a group. Its clients name the group, not the other way round. */
export function groupEntryOf(facts: GroupFacts): GroupEntry {
  return { kind: 'group', id: facts.id, is_active: facts.is_active, api_ids: facts.api_ids }
}

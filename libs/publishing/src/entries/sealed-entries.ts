import {
  datasourceOptions,
  entryKey,
  productType,
  sslSettings,
  type DatasourceEntry,
  type KeyEntry,
} from '@penstock/contracts'
import { z } from 'zod'

/** Turns a secret as it is stored into one that only holders of the gateway key can read, bound to its place in the snapshot. */
export interface Resealer {
  /** The password of a data source, as it stands in datasources.password_sealed. */
  datasourcePassword(stored: { readonly id: string; readonly sealed: string }, entry: string): string
  /** The secret of a key, as it stands in keys.secret_sealed. */
  keySecret(stored: { readonly id: string; readonly sealed: string }, entry: string): string
}

/** What the configuration database knows of a data source. */
export const datasourceFacts = z.object({
  id: z.uuid(),
  name: z.string(),
  product_type: productType,
  host: z.string(),
  port: z.number().int(),
  database: z.string(),
  username: z.string(),
  password_sealed: z.string().nullable(),
  ssl: sslSettings,
  options: datasourceOptions,
  is_active: z.boolean(),
})
export type DatasourceFacts = z.output<typeof datasourceFacts>

/** The entry by which gateways reach a data source. The same password gives the same sealed text. */
export function datasourceEntryOf(facts: DatasourceFacts, resealer: Resealer): DatasourceEntry {
  const key = entryKey({ kind: 'datasource', id: facts.id })
  const sealed = facts.password_sealed
  return {
    kind: 'datasource',
    id: facts.id,
    name: facts.name,
    product_type: facts.product_type,
    host: facts.host,
    port: facts.port,
    database: facts.database,
    username: facts.username,
    password: sealed === null ? null : resealer.datasourcePassword({ id: facts.id, sealed }, key),
    ssl: facts.ssl,
    options: facts.options,
    is_active: facts.is_active,
  }
}

/** What the configuration database knows of a key. */
export const keyFacts = z.object({
  id: z.string(),
  purpose: z.enum(['client-token', 'client-secret-pepper']),
  secret_sealed: z.string(),
  not_before: z.number().int(),
  not_after: z.number().int().nullable(),
})
export type KeyFacts = z.output<typeof keyFacts>

/** The entry by which gateways sign and check tokens and secrets. */
export function keyEntryOf(facts: KeyFacts, resealer: Resealer): KeyEntry {
  const secret = resealer.keySecret(
    { id: facts.id, sealed: facts.secret_sealed },
    entryKey({ kind: 'key', id: facts.id }),
  )
  return {
    kind: 'key',
    id: facts.id,
    purpose: facts.purpose,
    secret,
    not_before: facts.not_before,
    not_after: facts.not_after,
  }
}

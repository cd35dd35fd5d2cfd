import { createHmac } from 'node:crypto'
import { auditStore, type Tx } from '@penstock/control-store'
import { redact } from '@penstock/secrets'
import { derive } from './derive-key.js'
import type { Visitor } from './principal.js'

/** A thing as it was or is, for the record. */
export interface AuditState {
  readonly shown: object
  /** Secrets by name: recorded as fingerprints, which tell that a secret changed and nothing else. */
  readonly secrets?: Readonly<Record<string, string | null | undefined>>
}

/** One change. */
export interface AuditEvent {
  /** `datasource.update` */
  readonly action: string
  readonly resource: { readonly type: string; readonly id?: string; readonly name?: string }
  readonly before?: AuditState
  readonly after?: AuditState
}

/** Who did it: a signed-in caller, or a visitor under the name that they gave. */
export type Actor = Visitor & { readonly user: { readonly id: string | null; readonly username: string } }

/** Writes the record of a change in the change's own transaction: there is no change without its record, and no record without its change. */
export type Audit = (tx: Tx, actor: Actor, event: AuditEvent) => Promise<void>

export function auditWriter(secretKey: string): Audit {
  const fingerprintKey = derive(secretKey, 'penstock/audit-fingerprint/1')
  const recorded = (state: AuditState | undefined): Record<string, unknown> | null => {
    if (state === undefined) return null
    const prints = Object.entries(state.secrets ?? {}).map(([name, secret]) => [
      name,
      fingerprint(fingerprintKey, secret),
    ])
    return { ...membersOf(redact(state.shown)), ...Object.fromEntries(prints) }
  }
  return (tx, actor, { action, resource, before, after }) =>
    auditStore.append(tx, {
      userId: actor.user.id,
      username: actor.user.username,
      ip: actor.ip,
      requestId: actor.requestId,
      action,
      resourceType: resource.type,
      resourceId: resource.id ?? null,
      resourceName: resource.name ?? null,
      before: recorded(before),
      after: recorded(after),
    })
}

/** Keyed, so that nobody can find a weak secret by trying. */
function fingerprint(key: Buffer, secret: string | null | undefined): string | null {
  if (secret === null || secret === undefined) return null
  return `fingerprint:${createHmac('sha256', key).update(secret, 'utf8').digest('hex').slice(0, 12)}`
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

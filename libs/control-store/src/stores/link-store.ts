import type { Tx } from '../control-database.js'

/** A table of pairs: the ids on one side belong to an id on the other. */
interface LinkTable {
  readonly table: 'group_apis' | 'group_clients' | 'client_apis'
  readonly owner: 'group_id' | 'client_id' | 'api_id'
  readonly member: 'api_id' | 'client_id' | 'group_id'
}

/** Reads and replaces the links of one owner. */
export interface LinkStore {
  members(tx: Tx, ownerId: string): Promise<readonly string[]>
  /** Makes the members of the owner exactly these. Returns the ids that came or went, so that what depends on them can follow. */
  replace(tx: Tx, ownerId: string, memberIds: readonly string[]): Promise<readonly string[]>
}

function linkStore({ table, owner, member }: LinkTable): LinkStore {
  const select = `SELECT ${member} AS id FROM ${table} WHERE ${owner} = $1 ORDER BY ${member}`
  const remove = `DELETE FROM ${table} WHERE ${owner} = $1 AND ${member} <> ALL ($2::uuid[]) RETURNING ${member} AS id`
  const insert =
    `INSERT INTO ${table} (${owner}, ${member}) SELECT $1, member FROM unnest($2::uuid[]) AS member ` +
    `ON CONFLICT DO NOTHING RETURNING ${member} AS id`
  return {
    async members(tx, ownerId) {
      const rows: { id: string }[] = await tx.query(select, [ownerId])
      return rows.map(({ id }) => id)
    },
    async replace(tx, ownerId, memberIds) {
      const [gone]: [{ id: string }[], number] = await tx.query(remove, [ownerId, [...memberIds]])
      const come: { id: string }[] = await tx.query(insert, [ownerId, [...memberIds]])
      return [...gone, ...come].map(({ id }) => id)
    },
  }
}

export const groupApiLinks = linkStore({ table: 'group_apis', owner: 'group_id', member: 'api_id' })
export const groupClientLinks = linkStore({ table: 'group_clients', owner: 'group_id', member: 'client_id' })
export const clientApiLinks = linkStore({ table: 'client_apis', owner: 'client_id', member: 'api_id' })
export const clientGroupLinks = linkStore({ table: 'group_clients', owner: 'client_id', member: 'group_id' })
export const apiGroupLinks = linkStore({ table: 'group_apis', owner: 'api_id', member: 'group_id' })

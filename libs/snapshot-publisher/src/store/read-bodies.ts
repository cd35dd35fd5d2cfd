import { z } from 'zod'
import { rowsOf, type SqlSession } from '../sql-session.js'

const bodyRow = z.object({ hash: z.string(), body: z.string() })

/** Bodies by hash; those that the database does not have are left out. */
export async function readBodies(session: SqlSession, hashes: readonly string[]): Promise<Record<string, string>> {
  if (hashes.length === 0) return {}
  const rows = await rowsOf(session, bodyRow, 'SELECT hash, body FROM snapshot_bodies WHERE hash = ANY ($1)', [hashes])
  return Object.fromEntries(rows.map(({ hash, body }) => [hash, body]))
}

import { signedManifest, type SignedManifest } from '@penstock/contracts'
import { z } from 'zod'
import { rowsOf, type SqlSession } from '../sql-session.js'

/** The newest revision of a database. Revision 0 has no manifest: nothing was built yet. */
export interface Head {
  readonly epoch: string
  readonly revision: number
  readonly signed: SignedManifest | undefined
}

const headRow = z.object({ epoch: z.uuid(), revision: z.coerce.number().int() })
const signedRow = z.object({ signed: z.string() })

/**
 * Takes the one lock that orders all changes of the snapshot and holds it to the end of the transaction. What is read after it includes
 * everything that earlier holders committed (at READ COMMITTED), so take it before reading what entries are made of.
 */
export async function lockHead(tx: SqlSession): Promise<Head> {
  const [head] = await rowsOf(tx, headRow, 'SELECT epoch, revision FROM snapshot_head FOR UPDATE')
  return withManifest(tx, head)
}

/** The newest committed revision, without waiting for whoever is making the next one. */
export async function readHead(session: SqlSession): Promise<Head> {
  const [head] = await rowsOf(session, headRow, 'SELECT epoch, revision FROM snapshot_head')
  return withManifest(session, head)
}

async function withManifest(session: SqlSession, head: z.output<typeof headRow> | undefined): Promise<Head> {
  if (head === undefined) throw new Error('snapshot_head has no row: the migrations did not run to their end')
  const [row] = await rowsOf(session, signedRow, 'SELECT signed FROM snapshot_manifests WHERE revision = $1', [
    head.revision,
  ])
  return { ...head, signed: row === undefined ? undefined : signedManifest.parse(JSON.parse(row.signed)) }
}

import { accessRecordBatch, type AccessRecordBatch } from '@penstock/contracts'
import { storeAccessRecords } from '@penstock/control-store'
import type pg from 'pg'
import { z } from 'zod'

/** What became of a batch. `poison`: no attempt will ever store it. */
export type StoreOutcome =
  { readonly kind: 'stored' | 'known'; readonly count: number } | { readonly kind: 'poison'; readonly reason: string }

// Data exceptions, violated constraints and program limits: the same batch would meet them again.
const HOPELESS_SQLSTATE = /^(22|23|54)/

/** Stores a batch, once whatever the number of attempts. Throws when the database did not do its part: try again. */
export async function storeBatch(database: pg.Pool, text: string): Promise<StoreOutcome> {
  const batch = parsed(text)
  if (typeof batch === 'string') return { kind: 'poison', reason: batch }
  const client = await database.connect()
  let fault: Error | undefined
  try {
    await client.query('BEGIN')
    const query = async (sql: string, values: readonly unknown[]) => (await client.query(sql, [...values])).rows
    const kind = await storeAccessRecords({ query }, batch)
    await client.query('COMMIT')
    return { kind, count: batch.records.length }
  } catch (error) {
    fault = error instanceof Error ? error : new Error(String(error))
    const state = sqlState(error)
    if (state !== undefined && HOPELESS_SQLSTATE.test(state))
      // Not the server's sentence: it quotes what it could not take.
      return { kind: 'poison', reason: `PostgreSQL refused it with SQLSTATE ${state}` }
    throw error
  } finally {
    // A connection on which a transaction failed is not given to anybody else.
    client.release(fault)
  }
}

/** The batch, or why it is none. The reason names fields, never what they hold. */
function parsed(text: string): AccessRecordBatch | string {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return 'not JSON'
  }
  const outcome = accessRecordBatch.safeParse(json)
  if (outcome.success) return outcome.data
  const [first] = outcome.error.issues
  return `not a batch: ${first?.path.join('.') ?? ''} ${first?.code ?? ''}`
}

const pgFault = z.object({ code: z.string() })

function sqlState(error: unknown): string | undefined {
  return pgFault.safeParse(error).data?.code
}

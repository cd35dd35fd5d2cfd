import type { AccessRecordBatch } from '@penstock/contracts'

/** A transaction that is open; what runs a statement and gives its rows. */
export interface Statements {
  query(text: string, values: readonly unknown[]): Promise<readonly unknown[]>
}

const CLAIM_BATCH = /* sql */ `
INSERT INTO access_record_batches (batch_id, gateway_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING batch_id`

/** One statement whatever the size of the batch. */
const STORE_RECORDS = /* sql */ `
INSERT INTO access_records (id, at, gateway_id, request_id, method, path, status, code, duration_ms, rows, response_bytes, api_id, version,
  client_id, ip, user_agent, params)
SELECT id, at, $2, request_id, method, path, status, code, duration_ms, rows, response_bytes, api_id, version, client_id, ip, user_agent, params
FROM jsonb_to_recordset($1::jsonb) AS given (id uuid, at timestamptz, request_id text, method text, path text, status integer, code text,
  duration_ms double precision, rows bigint, response_bytes bigint, api_id uuid, version integer, client_id text, ip text, user_agent text,
  params text)
ON CONFLICT DO NOTHING`

/** Stores the records of a batch; a batch that was stored before is left alone, whichever way it came. Must run in a transaction. */
export async function storeAccessRecords(tx: Statements, batch: AccessRecordBatch): Promise<'stored' | 'known'> {
  const claimed = await tx.query(CLAIM_BATCH, [batch.batch_id, batch.gateway_id])
  if (claimed.length === 0) return 'known'
  // PostgreSQL takes no NUL in text, and a path or a user agent may hold an escaped one.
  await tx.query(STORE_RECORDS, [JSON.stringify(batch.records).replaceAll('\\u0000', '\\ufffd'), batch.gateway_id])
  return 'stored'
}

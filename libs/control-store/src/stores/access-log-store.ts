import type { Tx } from '../control-database.js'
import type { Page, Permitted } from '../page.js'

export interface AccessLogFilter {
  readonly permitted: Permitted
  readonly page: number
  readonly pageSize: number
  readonly sort: string
  readonly path?: string | undefined
  readonly method?: string | undefined
  /** Both included. */
  readonly statusFrom?: number | undefined
  readonly statusTo?: number | undefined
  readonly clientId?: string | undefined
  readonly apiId?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** A call as it was logged, with the name that its API has now. */
export interface AccessLog {
  readonly id: string
  readonly at: Date
  readonly gateway_id: string
  readonly request_id: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly code: string | null
  readonly duration_ms: number
  readonly rows: number | null
  readonly response_bytes: number
  readonly api_id: string | null
  readonly api_name: string | null
  readonly version: number | null
  readonly client_id: string | null
  readonly ip: string
  readonly user_agent: string | null
  readonly params: string | null
}

const COLUMNS = /* sql */ `
SELECT r.id, r.at, r.gateway_id, r.request_id, r.method, r.path, r.status, r.code, r.duration_ms, r.rows::float8 AS rows,
  r.response_bytes::float8 AS response_bytes, r.api_id, a.name AS api_name, r.version, r.client_id, r.ip, r.user_agent, r.params
FROM access_records r LEFT JOIN apis a ON a.id = r.api_id`

const ORDERS: Readonly<Record<string, string>> = {
  '-at': 'r.at DESC, r.id',
  at: 'r.at, r.id',
  '-duration_ms': 'r.duration_ms DESC, r.id',
  duration_ms: 'r.duration_ms, r.id',
}

/** Each condition holds when its value is not given, so that the text is one and the same for every filter. */
const WHERE = /* sql */ `
WHERE ($1::text IS NULL OR r.path ILIKE $1)
  AND ($2::text IS NULL OR r.method = upper($2))
  AND ($3::integer IS NULL OR r.status >= $3) AND ($4::integer IS NULL OR r.status <= $4)
  AND ($5::text IS NULL OR r.client_id = $5)
  AND ($6::uuid IS NULL OR r.api_id = $6)
  AND ($7::timestamptz IS NULL OR r.at >= $7) AND ($8::timestamptz IS NULL OR r.at < $8)
  AND ($9::uuid[] IS NULL OR r.api_id = ANY ($9))`

export const accessLogStore = {
  async page(tx: Tx, filter: AccessLogFilter): Promise<Page<AccessLog>> {
    const order = ORDERS[filter.sort]
    if (order === undefined) throw new RangeError(`the list cannot be sorted by ${filter.sort}`)
    const values = [
      filter.path === undefined ? null : `%${filter.path.replace(/[\\%_]/g, '\\$&')}%`,
      filter.method ?? null,
      filter.statusFrom ?? null,
      filter.statusTo ?? null,
      filter.clientId ?? null,
      filter.apiId ?? null,
      filter.from ?? null,
      filter.to ?? null,
      filter.permitted === 'all' ? null : [...filter.permitted],
    ]
    const [{ n } = { n: 0 }]: { n: number }[] = await tx.query(
      `SELECT count(*)::integer AS n FROM access_records r ${WHERE}`,
      values,
    )
    const items: AccessLog[] = await tx.query(`${COLUMNS} ${WHERE} ORDER BY ${order} LIMIT $10 OFFSET $11`, [
      ...values,
      filter.pageSize,
      (filter.page - 1) * filter.pageSize,
    ])
    return { items, total: n }
  },

  async find(tx: Tx, id: string): Promise<AccessLog | undefined> {
    const [log]: AccessLog[] = await tx.query(`${COLUMNS} WHERE r.id = $1`, [id])
    return log
  },
}

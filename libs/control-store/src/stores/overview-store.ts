import type { HttpMethod } from '@penstock/contracts'
import type { Tx } from '../control-database.js'

export interface OverviewStats {
  readonly datasources: number
  readonly modules: number
  readonly groups: number
  readonly apis_total: number
  readonly apis_published: number
  readonly clients: number
}

export interface PathTraffic {
  readonly path: string
  readonly http_method: string
  readonly count: number
  readonly avg_duration_ms: number
  readonly success_count: number
  readonly fail_count: number
}

export interface RecentCommit {
  readonly version_id: string
  readonly api_id: string
  readonly api_name: string
  readonly http_method: HttpMethod
  readonly path: string
  readonly version: number
  readonly commit_message: string
  readonly created_by_name: string
  readonly created_at: Date
}

const STATS = /* sql */ `
SELECT (SELECT count(*)::integer FROM datasources) AS datasources, (SELECT count(*)::integer FROM modules) AS modules,
  (SELECT count(*)::integer FROM api_groups) AS groups, (SELECT count(*)::integer FROM apis) AS apis_total,
  (SELECT count(*)::integer FROM apis WHERE published_version_id IS NOT NULL) AS apis_published,
  (SELECT count(*)::integer FROM clients) AS clients`

/** Days without a call are there, too, with 0. Days are those of UTC. */
const BY_DAY = /* sql */ `
SELECT to_char(day, 'YYYY-MM-DD') AS day, count(r.id)::integer AS count
FROM generate_series(0, $1::integer - 1) AS back
CROSS JOIN LATERAL (SELECT date_trunc('day', now(), 'UTC') - make_interval(days => back) AS day) AS days
LEFT JOIN access_records r ON r.at >= day AND r.at < day + interval '1 day'
GROUP BY day ORDER BY day`

const TOP_PATHS = /* sql */ `
SELECT path, method AS http_method, count(*)::integer AS count, avg(duration_ms)::float8 AS avg_duration_ms,
  count(*) FILTER (WHERE status < 400)::integer AS success_count, count(*) FILTER (WHERE status >= 400)::integer AS fail_count
FROM access_records WHERE at >= now() - make_interval(days => $1::integer) AND api_id IS NOT NULL
GROUP BY path, method ORDER BY count DESC, path LIMIT $2`

const COMMITS = /* sql */ `
SELECT v.id AS version_id, v.api_id, a.name AS api_name, v.http_method, v.path, v.version, v.commit_message, v.created_by_name, v.created_at
FROM api_versions v JOIN apis a ON a.id = v.api_id
WHERE $2::uuid[] IS NULL OR a.id = ANY ($2) ORDER BY v.created_at DESC, v.id LIMIT $1`

/** Numbers of the first page of the console. */
export const overviewStore = {
  async stats(tx: Tx): Promise<OverviewStats> {
    const [stats]: OverviewStats[] = await tx.query(STATS)
    if (stats === undefined) throw new Error('a SELECT of constants gave no row')
    return stats
  },

  requestsByDay(tx: Tx, days: number): Promise<readonly { readonly day: string; readonly count: number }[]> {
    return tx.query(BY_DAY, [days])
  },

  topPaths(tx: Tx, days: number, limit: number): Promise<readonly PathTraffic[]> {
    return tx.query(TOP_PATHS, [days, limit])
  },

  recentCommits(tx: Tx, limit: number, permitted: 'all' | readonly string[]): Promise<readonly RecentCommit[]> {
    return tx.query(COMMITS, [limit, permitted === 'all' ? null : [...permitted]])
  },
}

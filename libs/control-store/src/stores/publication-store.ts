import type { HttpMethod, ScriptPlan, SqlPlan } from '@penstock/contracts'
import type { Tx } from '../control-database.js'

/** What becomes of an API by publishing a version. */
export interface Publication {
  readonly apiId: string
  readonly versionId: string
  readonly datasourceId: string | null
  readonly method: HttpMethod
  readonly path: string
  /** Undefined: the engine is SCRIPT. */
  readonly plan: SqlPlan | undefined
  /** Undefined: no script is run. Their limits are live, and no part of this. */
  readonly scripts: Omit<ScriptPlan, 'limits'> | undefined
  /** Statements that the template can make, and how many of them the data source has prepared. */
  readonly shapes: number
  readonly proved: number
}

/** One step in the history of what was served. */
export interface PublicationStep {
  readonly action: 'publish' | 'rollback' | 'unpublish'
  readonly versionId: string | null
}

const PUBLISH = /* sql */ `
UPDATE apis SET published_version_id = $2, published_datasource_id = $3, published_method = $4, published_path = $5, published_at = now()
WHERE id = $1`
const UNPUBLISH = /* sql */ `
UPDATE apis SET published_version_id = NULL, published_datasource_id = NULL, published_method = NULL, published_path = NULL,
  published_at = NULL
WHERE id = $1`
const SAVE_PLAN = /* sql */ `
INSERT INTO api_plans (api_id, version_id, plan, shapes, proved, scripts) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (api_id) DO UPDATE SET version_id = excluded.version_id, plan = excluded.plan, scripts = excluded.scripts, shapes = excluded.shapes,
  proved = excluded.proved, created_at = now()`
const NOTE = /* sql */ `INSERT INTO api_publications (api_id, action, version_id, user_id, username) VALUES ($1, $2, $3, $4, $5)`
/** Who rolls back further than this knows the version. */
const HISTORY = /* sql */ `
SELECT action, version_id AS "versionId" FROM (
  SELECT id, action, version_id FROM api_publications WHERE api_id = $1 ORDER BY id DESC LIMIT 500
) latest ORDER BY id`

export const publicationStore = {
  /** Makes the version the one that gateways serve. The database refuses a route that another published API has. */
  async publish(tx: Tx, publication: Publication): Promise<void> {
    const { apiId, versionId, datasourceId, method, path, plan, scripts, shapes, proved } = publication
    await tx.query(SAVE_PLAN, [apiId, versionId, jsonOf(plan), shapes, proved, jsonOf(scripts)])
    await tx.query(PUBLISH, [apiId, versionId, datasourceId, method, path])
  },

  async unpublish(tx: Tx, apiId: string): Promise<void> {
    await tx.query(UNPUBLISH, [apiId])
    await tx.query('DELETE FROM api_plans WHERE api_id = $1', [apiId])
  },

  async note(
    tx: Tx,
    apiId: string,
    step: PublicationStep,
    by: { readonly id: string; readonly username: string },
  ): Promise<void> {
    await tx.query(NOTE, [apiId, step.action, step.versionId, by.id, by.username])
  },

  /** What was served, oldest first. */
  history(tx: Tx, apiId: string): Promise<readonly PublicationStep[]> {
    return tx.query(HISTORY, [apiId])
  },

  /** The newest revision of the snapshot that this transaction sees. */
  async revision(tx: Tx): Promise<{ readonly epoch: string; readonly revision: number }> {
    const [head]: { epoch: string; revision: string }[] = await tx.query('SELECT epoch, revision FROM snapshot_head')
    if (head === undefined) throw new Error('snapshot_head has no row: the migrations did not run to their end')
    return { epoch: head.epoch, revision: Number(head.revision) }
  },
}

function jsonOf(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

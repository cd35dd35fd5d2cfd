import { randomUUID } from 'node:crypto'
import type { SqlSession } from './sql-session.js'

/** Rows of a small catalogue for tests, written with plain SQL so that no use case stands between a test and the tables. */
export const catalogue = {
  async module(session: SqlSession): Promise<string> {
    const id = randomUUID()
    await session.query('INSERT INTO modules (id, name) VALUES ($1, $2)', [id, `module ${id}`])
    return id
  },

  async datasource(session: SqlSession): Promise<string> {
    const id = randomUUID()
    await session.query(
      `INSERT INTO datasources (id, name, product_type, host, port, database, username, password_sealed, password_key_id)
       VALUES ($1, $2, 'postgres', 'db', 5432, 'd', 'u', 'sealed', 'k')`,
      [id, `datasource ${id}`],
    )
    return id
  },

  /** A draft that is not published. */
  async api(session: SqlSession, of: { readonly module: string; readonly datasource: string }): Promise<string> {
    const id = randomUUID()
    await session.query(
      `INSERT INTO apis (id, module_id, datasource_id, name, http_method, path, content) VALUES ($1, $2, $3, $4, 'GET', $5, 'SELECT 1')`,
      [id, of.module, of.datasource, `api ${id}`, `things/${id}`],
    )
    return id
  },

  /** Takes a new version of the draft and makes it the published one. */
  async publish(session: SqlSession, api: string): Promise<void> {
    const version = randomUUID()
    await session.query(
      `INSERT INTO api_versions (id, api_id, version, http_method, path, execute_engine, datasource_id, content, params)
       SELECT $1, id, 1 + (SELECT count(*) FROM api_versions WHERE api_id = $2), http_method, path, execute_engine, datasource_id, content, params
       FROM apis WHERE id = $2`,
      [version, api],
    )
    await session.query(
      `INSERT INTO api_plans (api_id, version_id, plan, shapes, proved)
       VALUES ($1, $2, '{"program": {}, "casts": {}, "shapes": [], "proved": false}', 1, 0)
       ON CONFLICT (api_id) DO UPDATE SET version_id = excluded.version_id`,
      [api, version],
    )
    await session.query(
      `UPDATE apis SET published_version_id = $2, published_datasource_id = datasource_id, published_method = http_method,
         published_path = path, published_at = now() WHERE id = $1`,
      [api, version],
    )
  },

  async unpublish(session: SqlSession, api: string): Promise<void> {
    await session.query(
      `UPDATE apis SET published_version_id = NULL, published_datasource_id = NULL, published_method = NULL, published_path = NULL,
         published_at = NULL WHERE id = $1`,
      [api],
    )
  },

  async client(session: SqlSession): Promise<string> {
    const id = randomUUID()
    await session.query(`INSERT INTO clients (id, client_id, name, secret_hash) VALUES ($1, $2, $2, 'ab')`, [
      id,
      `client-${id}`,
    ])
    return id
  },

  async group(session: SqlSession): Promise<string> {
    const id = randomUUID()
    await session.query('INSERT INTO api_groups (id, name) VALUES ($1, $2)', [id, `group ${id}`])
    return id
  },
}

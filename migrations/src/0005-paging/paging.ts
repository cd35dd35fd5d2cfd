import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = /* sql */ `
-- How rows are handed out page by page; NULL: all at once. Part of what a version holds.
ALTER TABLE apis ADD COLUMN IF NOT EXISTS paging jsonb NULL;
ALTER TABLE api_versions ADD COLUMN IF NOT EXISTS paging jsonb NULL;
`

const down = /* sql */ `
ALTER TABLE IF EXISTS apis DROP COLUMN IF EXISTS paging;
ALTER TABLE IF EXISTS api_versions DROP COLUMN IF EXISTS paging;
`

/** Rows page by page. */
export class Paging implements MigrationInterface {
  readonly name = 'paging_0000000000005'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(down)
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = /* sql */ `
ALTER TABLE apis ADD COLUMN IF NOT EXISTS cache_stale_seconds integer NOT NULL DEFAULT 0;
-- Grows with every purge; part of the keys of cached answers, so that no gateway finds the older ones any more.
ALTER TABLE apis ADD COLUMN IF NOT EXISTS cache_generation integer NOT NULL DEFAULT 0;
`

const down = /* sql */ `
ALTER TABLE IF EXISTS apis DROP COLUMN IF EXISTS cache_stale_seconds;
ALTER TABLE IF EXISTS apis DROP COLUMN IF EXISTS cache_generation;
`

/** How long answers of an API are kept beyond their time, and how often they were purged. */
export class AnswerCache implements MigrationInterface {
  readonly name = 'answer_cache_0000000000003'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(down)
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = /* sql */ `
-- Request headers that scripts see. Like the further data sources they belong to what is executed, so versions hold both.
ALTER TABLE apis ADD COLUMN IF NOT EXISTS script_headers text[] NOT NULL DEFAULT '{}';
ALTER TABLE api_versions ADD COLUMN IF NOT EXISTS extra_datasource_ids uuid[] NOT NULL DEFAULT '{}';
ALTER TABLE api_versions ADD COLUMN IF NOT EXISTS script_headers text[] NOT NULL DEFAULT '{}';

-- plan: the compiled template, NULL for scripts. scripts: what gateways run, types taken out and macros added; NULL where there are none.
ALTER TABLE api_plans ALTER COLUMN plan DROP NOT NULL;
ALTER TABLE api_plans ADD COLUMN IF NOT EXISTS scripts json NULL;
`

const down = /* sql */ `
ALTER TABLE IF EXISTS api_plans DROP COLUMN IF EXISTS scripts;
DO $$ BEGIN
  IF to_regclass('api_plans') IS NOT NULL THEN DELETE FROM api_plans WHERE plan IS NULL; END IF;
END $$;
ALTER TABLE IF EXISTS api_plans ALTER COLUMN plan SET NOT NULL;
ALTER TABLE IF EXISTS api_versions DROP COLUMN IF EXISTS script_headers;
ALTER TABLE IF EXISTS api_versions DROP COLUMN IF EXISTS extra_datasource_ids;
ALTER TABLE IF EXISTS apis DROP COLUMN IF EXISTS script_headers;
`

/** Scripts as APIs, validators and transforms. */
export class Scripts implements MigrationInterface {
  readonly name = 'scripts_0000000000004'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(down)
  }
}

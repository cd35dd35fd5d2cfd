import type { MigrationInterface, QueryRunner } from 'typeorm'

const up = /* sql */ `
-- Addresses and ranges, as apis has them: deny wins, an empty allow lets every address call.
ALTER TABLE clients ADD COLUMN IF NOT EXISTS ip_allow text[] NOT NULL DEFAULT '{}';
ALTER TABLE clients ADD COLUMN IF NOT EXISTS ip_deny text[] NOT NULL DEFAULT '{}';
`

const down = /* sql */ `
ALTER TABLE IF EXISTS clients DROP COLUMN IF EXISTS ip_allow;
ALTER TABLE IF EXISTS clients DROP COLUMN IF EXISTS ip_deny;
`

/** From which addresses a client may call. */
export class ClientAddresses implements MigrationInterface {
  readonly name = 'client_addresses_0000000000006'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(up)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(down)
  }
}

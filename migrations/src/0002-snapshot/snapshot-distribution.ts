import type { MigrationInterface, QueryRunner } from 'typeorm'
import { publicationsDown, publicationsUp } from './publications.js'
import { snapshotDown, snapshotUp } from './snapshot.js'

/** What gateways are given, and the history of what was published. */
export class SnapshotDistribution implements MigrationInterface {
  readonly name = 'snapshot_0000000000002'

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [publicationsUp, snapshotUp]) await runner.query(sql)
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const sql of [snapshotDown, publicationsDown]) await runner.query(sql)
  }
}

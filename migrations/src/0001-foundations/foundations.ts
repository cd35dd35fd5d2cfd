import type { MigrationInterface, QueryRunner } from 'typeorm'
import { callersDown, callersUp } from './callers.js'
import { catalogueDown, catalogueUp } from './catalogue.js'
import { peopleDown, peopleUp } from './people.js'
import { recordsDown, recordsUp } from './records.js'

/** All tables of the configuration database but those of the snapshot. */
export class Foundations implements MigrationInterface {
  // TypeORM orders migrations by the last 13 digits of their names.
  readonly name = 'foundations_0000000000001'

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [peopleUp, catalogueUp, callersUp, recordsUp]) await runner.query(sql)
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const sql of [recordsDown, callersDown, catalogueDown, peopleDown]) await runner.query(sql)
  }
}

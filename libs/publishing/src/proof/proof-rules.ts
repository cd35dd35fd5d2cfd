import type { DialectName } from '@penstock/sql-template'
import { analyseDuckdb } from './analyse-duckdb.js'
import { analyseMysql } from './analyse-mysql.js'
import { analyseStatement, type StatementAnalysis } from './analyse-statement.js'

/** What proving a text takes in one dialect. */
export interface ProofRules {
  /** Says what a text does, without any server. */
  readonly analyse: (text: string) => StatementAnalysis | Promise<StatementAnalysis>
  /** Whether placeholders may need casts; not where binds carry their types. */
  readonly casts: boolean
}

export const PROOF_RULES: Readonly<Record<DialectName, ProofRules>> = {
  postgres: { analyse: analyseStatement, casts: true },
  mysql: { analyse: analyseMysql, casts: false },
  duckdb: { analyse: analyseDuckdb, casts: false },
}

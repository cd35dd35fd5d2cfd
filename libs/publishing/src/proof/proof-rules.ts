import type { DialectName } from '@penstock/sql-template'
import { analyseDuckdb } from './analyse-duckdb.js'
import { analyseMysql } from './analyse-mysql.js'
import { analyseStatement, type StatementAnalysis } from './analyse-statement.js'
import { analyseTrino } from './analyse-trino.js'

/** What proving a text takes in one dialect. */
export interface ProofRules {
  /** Says what a text does, without any server. */
  readonly analyse: (text: string) => StatementAnalysis | Promise<StatementAnalysis>
  /** Whether placeholders may need casts; not where binds carry their types. */
  readonly casts: boolean
  /** Whether the statements of a call can be undone together; elsewhere one that writes stands alone. */
  readonly undoes: boolean
}

export const PROOF_RULES: Readonly<Record<DialectName, ProofRules>> = {
  postgres: { analyse: analyseStatement, casts: true, undoes: true },
  mysql: { analyse: analyseMysql, casts: false, undoes: true },
  trino: { analyse: analyseTrino, casts: false, undoes: false },
  duckdb: { analyse: analyseDuckdb, casts: false, undoes: true },
}

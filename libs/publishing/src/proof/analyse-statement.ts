import { hasSqlDetails, parse } from 'libpg-query'
import { z } from 'zod'
import { examine } from './examine-tree.js'

// A deep enough text makes the parser run out of its memory; no statement of an API is that long.
const TEXT_BYTES_MAX = 65_536

/** What PostgreSQL's own parser says about one text, without any server. */
export type StatementAnalysis =
  | {
      readonly ok: true
      /** The kind of statement in the parser's words: select, insert, explain, variableset, … */
      readonly kind: string
      /** True when running it answers with rows, false when with a count; undefined when only the server knows (CALL). */
      readonly returnsRows: boolean | undefined
      /** True when it may run on a read-only session without a transaction: one SELECT or VALUES that leaves nothing behind. */
      readonly clean: boolean
      /** True: it only reads. False: it writes. Undefined: it calls functions of which the parser cannot know what they do. */
      readonly reads: boolean | undefined
      /** True when it begins, ends or divides a transaction, which no call may do. */
      readonly controlsTransaction: boolean
    }
  | { readonly ok: false; readonly message: string; /** Characters from 1. */ readonly position: number | undefined }

const parseResult = z.object({ stmts: z.array(z.object({ stmt: z.record(z.string(), z.unknown()) })).optional() })

/** Analyses one statement of PostgreSQL. More than one statement in the text, or none, is a fault. */
export async function analyseStatement(text: string): Promise<StatementAnalysis> {
  if (Buffer.byteLength(text) > TEXT_BYTES_MAX) return fault(`the statement is longer than ${TEXT_BYTES_MAX} bytes`)
  try {
    const statements = parseResult.parse(await parse(text)).stmts ?? []
    const [only, ...others] = statements
    if (only === undefined) return fault('there is no statement')
    if (others.length > 0) return fault('there is more than one statement in one text')
    return { ok: true, ...examine(only.stmt) }
  } catch (error) {
    if (!hasSqlDetails(error)) return fault(error instanceof Error ? error.message : String(error))
    // The parser counts from 0; at the end of the text it says the text's length.
    const at = error.sqlDetails?.cursorPosition
    return { ok: false, message: error.message, position: at === undefined || at < 0 ? undefined : at + 1 }
  }
}

function fault(message: string): StatementAnalysis {
  return { ok: false, message, position: undefined }
}

import { z } from 'zod'

const Entry = z.object({ message: z.string(), statement: z.string().optional(), backend_type: z.string().optional() })
// "execute s1: SELECT 1" and "duration: 0.05 ms  parse <unnamed>: SELECT 1"; a plain query is "statement: SELECT 1".
const TEXT = /^(?:duration: [\d.]+ ms {2})?(?:statement: |(?:parse|bind|execute(?: fetch from)?) [^:]*: )([\s\S]*)$/

/** The statement texts of a PostgreSQL jsonlog, in order; an unfinished last line is left out. */
export function statementsOf(jsonLog: string): string[] {
  const whole = jsonLog.slice(0, jsonLog.lastIndexOf('\n') + 1)
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Entry.parse(JSON.parse(line)))
    .filter((entry) => entry.backend_type === 'client backend')
    .flatMap((entry) => [TEXT.exec(entry.message)?.[1], entry.statement])
    .filter((text) => text !== undefined)
}

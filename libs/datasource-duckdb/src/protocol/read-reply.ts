import { z } from 'zod'
import type { Reply } from './messages.js'

const fault = z.object({ type: z.string(), message: z.string(), position: z.number().optional() })
const id = z.number()
const field = z.object({ name: z.string(), type: z.string(), encoding: z.enum(['raw', 'string']) })
const column = z.object({
  table: z.string(),
  schema: z.string(),
  isView: z.boolean(),
  name: z.string(),
  type: z.string(),
  nullable: z.boolean(),
})
// Rows are looked at by hand: they are the bulk of what comes, and a schema would cost more than their JSON.
const rows = z.custom<readonly (readonly (string | null)[])[]>((value) => Array.isArray(value) && value.every(isRow))
const reply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), version: z.string() }),
  z.object({ kind: z.literal('refused'), fault }),
  z.object({ kind: z.literal('fields'), id, fields: z.array(field) }),
  z.object({ kind: z.literal('rows'), id, rows }),
  z.object({ kind: z.literal('columns'), id, columns: z.array(column) }),
  z.object({ kind: z.literal('texts'), id, texts: z.array(z.string()) }),
  z.object({ kind: z.literal('end'), id }),
  z.object({ kind: z.literal('failed'), id, fault }),
])

/** A message of the process; throws when it is none. Whoever breaks into DuckDB must not reach further than its wire. */
export function readReply(message: unknown): Reply {
  return reply.parse(message)
}

function isRow(row: unknown): boolean {
  return Array.isArray(row) && row.every((cell) => cell === null || typeof cell === 'string')
}

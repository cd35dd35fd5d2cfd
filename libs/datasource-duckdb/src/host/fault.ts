import { z } from 'zod'
import type { Fault } from '../protocol/messages.js'

const told = z.object({
  exception_type: z.string(),
  exception_message: z.string(),
  position: z.coerce.number().int().min(0).optional(),
})

/** A fault of ours, by a kind in lower case. */
export class HostFault extends Error {
  constructor(
    readonly type: string,
    message: string,
    readonly position?: number,
  ) {
    super(message)
  }
}

/** What went wrong, as it is told to the one who asked. DuckDB writes its faults as JSON, some with words before it. */
export function faultOf(error: unknown): Fault {
  if (error instanceof HostFault) return { type: error.type, message: error.message, position: error.position }
  const words = error instanceof Error ? error.message : String(error)
  const known = told.safeParse(jsonOf(words.slice(words.indexOf('{')))).data
  if (known === undefined) return { type: 'unknown', message: words }
  const { exception_type: type, exception_message: message, position } = known
  return { type, message, ...(position !== undefined && { position: position + 1 }) }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

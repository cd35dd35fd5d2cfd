import { deepFreeze } from './deep-freeze.js'
import { isDialectName } from './dialect-of.js'
import { PROGRAM_FORMAT, type SqlProgram } from './program.js'

/** A program that this build cannot evaluate: another format, another dialect, or no program at all. */
export class ProgramUnusable extends Error {
  override readonly name = 'ProgramUnusable'
}

/**
 * Takes a program from JSON. It checks the envelope (format, dialect, the lists), not every node: the manifest's signature says who
 * compiled it, and walking each tree would cost seconds at the start of a gateway with 10,000 of them. Throws ProgramUnusable.
 */
export function loadProgram(json: unknown): SqlProgram {
  if (!isProgram(json)) throw new ProgramUnusable(reason(json))
  return deepFreeze(json)
}

function isProgram(json: unknown): json is SqlProgram {
  if (typeof json !== 'object' || json === null) return false
  const {
    format,
    dialect,
    nodes,
    slots,
    placeholders,
    parameters,
    branches,
    macros,
    declared,
  }: Partial<Record<keyof SqlProgram, unknown>> = json
  const lists = [nodes, placeholders, parameters, branches, macros, declared]
  return (
    format === PROGRAM_FORMAT && isDialectName(dialect) && lists.every(Array.isArray) && Number.isSafeInteger(slots)
  )
}

function reason(json: unknown): string {
  if (typeof json !== 'object' || json === null) return 'it is not a program'
  const { format, dialect }: Partial<Record<string, unknown>> = { ...json }
  if (format !== PROGRAM_FORMAT) return `it has format ${String(format)}, this build reads format ${PROGRAM_FORMAT}`
  return isDialectName(dialect)
    ? 'it is damaged'
    : `it is for the dialect ${String(dialect)}, which this build does not know`
}

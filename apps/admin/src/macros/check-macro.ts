import { AppError, type Fault } from '@penstock/errors'
import { blockNames } from '@penstock/publishing'
import { compileTemplate } from '@penstock/sql-template'

/**
 * Refuses a text that no API could call: one that does not parse, or holds no macro block. What a block does with its arguments is only
 * known where it is called, so that is checked when the API is published.
 */
export function checkMacro(content: string, lengthMax: number): void {
  const names = blockNames(content)
  const faults =
    names.length === 0
      ? [{ message: 'A macro holds at least one block: {% macro name(arguments) %} … {% endmacro %}' }]
      : parseFaults(content, lengthMax)
  if (faults.length === 0) return
  const errors = faults.map((fault) => ({ field: 'content', ...fault }))
  throw new AppError('CONTENT_INVALID', faults.map(({ message }) => message).join('; '), {
    message: faults[0]?.message ?? '',
    errors,
  })
}

/** As a template of its own the text only defines its blocks, so it compiles exactly when it parses; it is then no statement, which is well. */
function parseFaults(content: string, lengthMax: number): Fault[] {
  const compiled = compileTemplate(`${content}\nSELECT 1`, { dialect: 'postgres', sourceLengthMax: lengthMax + 10 })
  return compiled.ok ? [] : [...compiled.faults]
}

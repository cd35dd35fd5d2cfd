import type { DeclaredParameter, PlaceholderHint, SqlProgram } from './program.js'

// What a filter says about a value wins over what the parameter was declared as: `{{ n | sql_string }}` is text.
const TYPE_OF_HINT: Readonly<Record<PlaceholderHint, string>> = {
  text: 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  date: 'date',
  datetime: 'datetime',
  json: 'object',
}

/**
 * The declared type of each placeholder's value by its id: string, integer, number, boolean, date, datetime, uuid or object (JSON).
 * Undefined: not known, or a list of which only that is known, since its items have no declared type.
 */
export function placeholderTypes({ placeholders, declared }: SqlProgram): readonly (string | undefined)[] {
  const typeOf = new Map(declared.map(({ name, type }: DeclaredParameter) => [name, type]))
  return placeholders.map(({ hint, parameter }) => {
    if (hint !== undefined) return TYPE_OF_HINT[hint]
    const type = typeOf.get(parameter ?? '')
    return type === 'array' ? undefined : type
  })
}

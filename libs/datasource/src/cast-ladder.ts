/** What is known of a place where a value is bound. */
export interface CastablePlaceholder {
  readonly id: number
  /** True when the whole list is one value. */
  readonly list: boolean
  /**
   * What the value is: string, integer, number, boolean, date, datetime, uuid, object (JSON). Undefined: not known, or a list of which only
   * that is known.
   */
  readonly type: string | undefined
}

// int8 before int4, because it takes every integer that a caller may send and still meets an index on int4; int4 for what only takes that,
// such as `date + n`. numeric before float8, because it keeps the digits as they were sent.
const LADDERS: Readonly<Record<string, readonly string[]>> = {
  integer: ['int8', 'int4', 'numeric', 'float8'],
  number: ['numeric', 'float8', 'int8', 'int4'],
  boolean: ['bool'],
  date: ['date', 'timestamptz', 'text'],
  datetime: ['timestamptz', 'timestamp', 'text'],
  uuid: ['uuid', 'text'],
  object: ['jsonb', 'json', 'text'],
  string: ['text', 'varchar'],
}
const UNKNOWN = ['text', 'int8', 'int4', 'numeric', 'float8', 'bool'] as const

/** Casts to try for a placeholder, in order; the first that prepares is taken. */
export function castLadder({ type, list }: CastablePlaceholder): readonly string[] {
  const ladder = (type === undefined ? undefined : LADDERS[type]) ?? UNKNOWN
  return list ? ladder.map((cast) => `${cast}[]`) : ladder
}

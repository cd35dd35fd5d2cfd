/** A column whose values cannot be bound exactly, so that rows could be lost between two pages. */
export class KeyUnusable extends Error {
  override readonly name = 'KeyUnusable'
}

const INTEGER = /^(tinyint|smallint|mediumint|int|bigint|boolean|year)( unsigned)?$/
/** What MySQL compares with text as it should. */
const TEXTS: readonly string[] = ['varchar', 'char', 'text']
const CASTS: Readonly<Record<string, string>> = {
  double: 'DOUBLE',
  date: 'DATE',
  datetime: 'DATETIME(6)',
  timestamp: 'DATETIME(6)',
  time: 'TIME(6)',
}

/**
 * How a key is bound for being compared with its column of MySQL, which would compare numbers with text as approximate ones: it is told the
 * type. Throws KeyUnusable for columns that have no exact text there, or another order than their text.
 */
export function mysqlKeyBind(type: string, key: string, bind: (value: string) => string): string {
  if (TEXTS.includes(type)) return bind(key)
  const integer = INTEGER.exec(type)
  if (integer !== null) return `CAST(${bind(key)} AS ${integer[2] === undefined ? 'SIGNED' : 'UNSIGNED'})`
  if (type === 'decimal') return `CAST(${bind(key)} AS DECIMAL(65, ${(key.split('.')[1] ?? '').length}))`
  const cast = CASTS[type]
  if (cast === undefined) throw new KeyUnusable(`a column of type ${type} cannot be a key of keyset paging`)
  return `CAST(${bind(key)} AS ${cast})`
}

import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api'
import type { WireField } from '../protocol/messages.js'

/** Types whose values hold others; they come as JSON. */
export const NESTED = new Set([
  DuckDBTypeId.LIST,
  DuckDBTypeId.ARRAY,
  DuckDBTypeId.STRUCT,
  DuckDBTypeId.MAP,
  DuckDBTypeId.UNION,
])
const RAW = new Set([
  ...NESTED,
  DuckDBTypeId.BOOLEAN,
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.DECIMAL,
])
const RAW_NAMES = /^(?:boolean|u?(?:tiny|small|big|huge)int|u?integer|float|double|decimal|json|struct|map|union)\b|\]$/

/** The column of a type, and whether its cells are JSON as they are. */
export function fieldOf(name: string, type: DuckDBType): WireField {
  if (type.alias === 'JSON') return { name, type: 'json', encoding: 'raw' }
  return { name, type: typeName(String(type)), encoding: RAW.has(type.typeId) ? 'raw' : 'string' }
}

/** The same of a type's name, where nothing else is known of it. */
export function fieldOfTypeName(name: string, type: string): WireField {
  const known = typeName(type)
  return { name, type: known, encoding: RAW_NAMES.test(known) ? 'raw' : 'string' }
}

/** `ENUM('a', 'b')` and the members of a STRUCT keep their case: they are the author's words. */
function typeName(type: string): string {
  return /^(?:ENUM|STRUCT|MAP|UNION)\(/.test(type)
    ? type.replace(/^[A-Z]+/, (word) => word.toLowerCase())
    : type.toLowerCase()
}

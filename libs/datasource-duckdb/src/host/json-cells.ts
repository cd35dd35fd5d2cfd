import {
  DuckDBArrayType,
  DuckDBArrayValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapType,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBUnionType,
  DuckDBUnionValue,
  type DuckDBType,
} from '@duckdb/node-api'
import { cellOf } from './cells.js'
import { fieldOf } from './field-of.js'

/** A value of any type as JSON text: lists are arrays, structs and maps are objects, a union is the value that it holds. */
export function jsonOf(value: unknown, type: DuckDBType): string {
  if (value === null || value === undefined) return 'null'
  if (value instanceof DuckDBListValue && type instanceof DuckDBListType) return listOf(value.items, type.valueType)
  if (value instanceof DuckDBArrayValue && type instanceof DuckDBArrayType) return listOf(value.items, type.valueType)
  if (value instanceof DuckDBStructValue && type instanceof DuckDBStructType) {
    return objectOf(type.entryNames.map((name, at) => [name, jsonOf(value.entries[name], type.entryTypes[at] ?? type)]))
  }
  if (value instanceof DuckDBMapValue && type instanceof DuckDBMapType) {
    return objectOf(
      value.entries.map(({ key, value: held }) => [keyOf(key, type.keyType), jsonOf(held, type.valueType)]),
    )
  }
  if (value instanceof DuckDBUnionValue && type instanceof DuckDBUnionType) {
    return jsonOf(value.value, type.memberTypes[type.memberTags.indexOf(value.tag)] ?? type)
  }
  const text = cellOf(type)(value)
  return text === null || fieldOf('', type).encoding === 'raw' ? (text ?? 'null') : JSON.stringify(text)
}

function listOf(items: readonly unknown[], type: DuckDBType): string {
  return `[${items.map((item) => jsonOf(item, type)).join(',')}]`
}

function objectOf(members: readonly (readonly [name: string, json: string])[]): string {
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`
}

/** Names in JSON are strings: a key that is none is its text. */
function keyOf(key: unknown, type: DuckDBType): string {
  const json = jsonOf(key, type)
  return json.startsWith('"') ? String(JSON.parse(json)) : json
}

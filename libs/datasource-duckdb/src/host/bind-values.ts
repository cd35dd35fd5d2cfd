import type { DuckDBPreparedStatement } from '@duckdb/node-api'
import type { WireValue } from '../protocol/messages.js'
import { HostFault } from './fault.js'

const INT32_MAX = 2 ** 31 - 1
const INT64_MAX = 2n ** 63n - 1n
const INT128_MAX = 2n ** 127n - 1n

/**
 * Binds values with the smallest of the usual types, as literals have: a whole number is INTEGER where it fits, so that `date + $1` is what it
 * looks like; a text stands for whatever it is compared with, a date or a UUID among others.
 */
export function bindValues(statement: DuckDBPreparedStatement, values: readonly WireValue[]): void {
  if (statement.parameterCount !== values.length) {
    throw new HostFault('Binder', `the statement has ${statement.parameterCount} binds and ${values.length} values`)
  }
  values.forEach((value, index) => bind(statement, index + 1, value))
}

function bind(statement: DuckDBPreparedStatement, at: number, value: WireValue): void {
  switch (typeof value) {
    case 'string':
      return statement.bindVarchar(at, value)
    case 'boolean':
      return statement.bindBoolean(at, value)
    case 'number':
      return Number.isSafeInteger(value) ? bindInteger(statement, at, BigInt(value)) : statement.bindDouble(at, value)
    case 'object':
      if (value === null) return statement.bindNull(at)
      if ('big' in value) return bindInteger(statement, at, BigInt(value.big))
      return statement.bindBlob(at, Buffer.from(value.base64, 'base64'))
  }
}

function bindInteger(statement: DuckDBPreparedStatement, at: number, value: bigint): void {
  const size = value < 0n ? -value : value
  if (size <= INT32_MAX) statement.bindInteger(at, Number(value))
  else if (size <= INT64_MAX) statement.bindBigInt(at, value)
  else if (size <= INT128_MAX) statement.bindHugeInt(at, value)
  else statement.bindVarchar(at, value.toString())
}

import type { FieldDef } from 'pg'

/** A column as the protocol describes it, and how a value of PostgreSQL's text form is written in JSON. */
export interface TrinoColumn {
  readonly name: string
  readonly type: string
  readonly typeSignature: Signature
  readonly json: (text: string) => string
}

interface Signature {
  readonly rawType: string
  readonly arguments: readonly { readonly kind: 'LONG' | 'TYPE'; readonly value: number | Signature }[]
}

interface TypeForm {
  readonly rawType: string
  readonly lengths?: readonly number[]
  readonly element?: TypeForm
  readonly json: (text: string) => string
}

const quoted = (text: string): string => JSON.stringify(text)
const bare = (text: string): string => text
/** NaN and infinities have no JSON number. */
const float = (text: string): string => (Number.isFinite(Number(text)) ? text : JSON.stringify(text))

const ARRAYS: Readonly<Record<number, number>> = {
  1000: 16,
  1005: 21,
  1007: 23,
  1016: 20,
  1022: 701,
  1009: 25,
  1015: 1043,
  1182: 1082,
  1115: 1114,
  1185: 1184,
  1231: 1700,
  2951: 2950,
}

/** The columns of a result of PostgreSQL in Trino's types. */
export function trinoColumns(
  fields: readonly Pick<FieldDef, 'name' | 'dataTypeID' | 'dataTypeModifier'>[],
): TrinoColumn[] {
  return fields.map(({ name, dataTypeID, dataTypeModifier }) => {
    const form = formOf(dataTypeID, dataTypeModifier)
    return { name, type: typeName(form), typeSignature: signatureOf(form), json: form.json }
  })
}

function formOf(oid: number, modifier: number): TypeForm {
  const element = ARRAYS[oid]
  if (element !== undefined) {
    const inner = formOf(element, modifier)
    return { rawType: 'array', element: inner, json: (text) => arrayJson(text, inner) }
  }
  switch (oid) {
    case 16:
      return { rawType: 'boolean', json: (text) => (text === 't' ? 'true' : 'false') }
    case 21:
      return { rawType: 'smallint', json: bare }
    case 23:
      return { rawType: 'integer', json: bare }
    case 20:
      return { rawType: 'bigint', json: bare }
    case 700:
      return { rawType: 'real', json: float }
    case 701:
      return { rawType: 'double', json: float }
    case 1700:
      return { rawType: 'decimal', lengths: numericLengths(modifier), json: quoted }
    case 1042:
      return { rawType: 'char', lengths: [modifier - 4], json: quoted }
    case 1043:
      return { rawType: 'varchar', ...(modifier > 0 && { lengths: [modifier - 4] }), json: quoted }
    case 17:
      return { rawType: 'varbinary', json: (text) => quoted(Buffer.from(text.slice(2), 'hex').toString('base64')) }
    case 2950:
      return { rawType: 'uuid', json: quoted }
    case 114:
    case 3802:
      return { rawType: 'json', json: quoted }
    default:
      return timeForm(oid, modifier) ?? { rawType: 'varchar', json: quoted }
  }
}

function timeForm(oid: number, modifier: number): TypeForm | undefined {
  const digits = modifier < 0 ? 6 : modifier
  switch (oid) {
    case 1082:
      return { rawType: 'date', json: quoted }
    case 1083:
      return { rawType: 'time', lengths: [digits], json: (text) => quoted(withDigits(text, digits)) }
    case 1266:
      return {
        rawType: 'time with time zone',
        lengths: [digits],
        json: (text) => quoted(`${withDigits(text.slice(0, -3), digits)}${text.slice(-3)}:00`),
      }
    case 1114:
      return { rawType: 'timestamp', lengths: [digits], json: (text) => quoted(withDigits(text, digits)) }
    case 1184:
      return {
        rawType: 'timestamp with time zone',
        lengths: [digits],
        json: (text) => quoted(`${withDigits(text.replace(/\+00$/, ''), digits)} UTC`),
      }
    case 1186:
      // The fields that an interval literal names stand in the modifier: months and years, or days and smaller.
      return ((modifier >> 16) & 0x7fff & 0b110) !== 0 && ((modifier >> 16) & 0x7fff & ~0b110) === 0
        ? { rawType: 'interval year to month', json: (text) => quoted(/-/.test(text) ? text : `0-${text}`) }
        : { rawType: 'interval day to second', json: (text) => quoted(dayToSecond(text)) }
    default:
      return undefined
  }
}

/** `1 2:03:04` → `1 02:03:04.000`, which is how Trino writes it. */
function dayToSecond(text: string): string {
  const [, days = '0', hours = '0', rest = ':00:00'] = /^(?:(-?\d+)(?: |$))?(?:(-?\d+)(:\d\d:\d\d))?/.exec(text) ?? []
  return `${days} ${hours.padStart(2, '0')}${rest}.000`
}

function withDigits(text: string, digits: number): string {
  const [whole = '', fraction = ''] = text.split('.')
  return digits === 0 ? whole : `${whole}.${fraction.padEnd(digits, '0')}`
}

function numericLengths(modifier: number): readonly number[] {
  return modifier < 0 ? [38, 18] : [((modifier - 4) >> 16) & 0xffff, (modifier - 4) & 0xffff]
}

function typeName({ rawType, lengths = [], element }: TypeForm): string {
  if (element !== undefined) return `array(${typeName(element)})`
  if (lengths.length === 0) return rawType
  const [first = '', ...more] = rawType.split(' ')
  return [`${first}(${lengths.join(',')})`, ...more].join(' ')
}

function signatureOf({ rawType, lengths = [], element }: TypeForm): Signature {
  if (element !== undefined) return { rawType, arguments: [{ kind: 'TYPE', value: signatureOf(element) }] }
  return { rawType, arguments: lengths.map((value) => ({ kind: 'LONG' as const, value })) }
}

/** An array of one dimension: `{1,NULL,"a \"b\""}`. */
function arrayJson(text: string, inner: TypeForm): string {
  const items = [...text.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/g)].map(([, string, plain]) => {
    if (string !== undefined) return inner.json(string.replace(/\\(.)/g, '$1'))
    return plain === undefined || plain === 'NULL' ? 'null' : inner.json(plain)
  })
  return `[${items.join(',')}]`
}

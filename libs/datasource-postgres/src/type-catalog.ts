import type { Field } from '@penstock/datasource'
import { arrayType, builtInTypes, plainType, type ColumnType, type Decode } from './column-types.js'

/** The columns of a statement, ready to decode rows. */
export interface Columns {
  readonly fields: readonly Field[]
  readonly decoders: readonly (Decode | undefined)[]
  /** OIDs of types that pg_type was not asked about yet: their cells are still the server's text. */
  readonly unknown: readonly number[]
  readonly source: readonly ColumnSource[]
}

/** What the server says of a column. */
export interface ColumnSource {
  readonly name: string
  readonly dataTypeID: number
}

/** One row of the look-up: text cells in the order of LOOK_UP's columns. */
export type TypeRow = readonly (string | null)[]

/** Asks for types by OID: name, element of an array, base of a domain, delimiter. */
export const LOOK_UP = `select t.oid::text, t.typname::text, case when t.typcategory = 'A' then t.typelem else 0 end::text,
       case when t.typtype = 'd' then t.typbasetype else 0 end::text, e.typdelim::text
  from pg_catalog.pg_type t left join pg_catalog.pg_type e on e.oid = t.typelem where t.oid = any($1::oid[])`

/** The types of one data source, learnt as they are met and shared by its sessions. OIDs are not reused while a type exists. */
export class TypeCatalog {
  readonly #types = builtInTypes()

  columns(source: readonly ColumnSource[]): Columns {
    const types = source.map(({ dataTypeID }) => this.#types.get(dataTypeID))
    return {
      fields: source.map(({ name }, index) => field(name, types[index])),
      decoders: types.map((type) => type?.decode),
      unknown: source.map(({ dataTypeID }) => dataTypeID).filter((oid) => !this.#types.has(oid)),
      source,
    }
  }

  /** Learns the given types and whatever they are made of; `ask` runs LOOK_UP for some OIDs. */
  async learn(oids: readonly number[], ask: (oids: readonly number[]) => Promise<readonly TypeRow[]>): Promise<void> {
    const found = new Map<number, TypeRow>()
    let missing = oids.filter((oid) => !this.#types.has(oid))
    while (missing.length > 0) {
      const rows = await ask(missing)
      for (const row of rows) found.set(Number(row[0]), row)
      // A type dropped in between is not found: it must not be asked for again and again.
      for (const oid of missing) if (!found.has(oid)) this.#types.set(oid, plainType(`oid ${oid}`))
      missing = rows
        .flatMap((row) => [Number(row[2]), Number(row[3])])
        .filter((oid) => oid !== 0 && !this.#types.has(oid) && !found.has(oid))
    }
    for (const oid of found.keys()) this.#resolve(oid, found)
  }

  knows(oid: number): boolean {
    return this.#types.has(oid)
  }

  name(oid: number): string {
    return this.#types.get(oid)?.name ?? `oid ${oid}`
  }

  #resolve(oid: number, found: ReadonlyMap<number, TypeRow>): ColumnType {
    const known = this.#types.get(oid)
    const row = found.get(oid)
    if (known !== undefined || row === undefined) return known ?? plainType(`oid ${oid}`)
    const [, name, elementOid, baseOid, delimiter] = row
    const type =
      Number(elementOid) !== 0
        ? arrayType(name ?? '', delimiter ?? ',', this.#resolve(Number(elementOid), found))
        : Number(baseOid) !== 0
          ? this.#resolve(Number(baseOid), found)
          : plainType(name ?? '')
    this.#types.set(oid, type)
    return type
  }
}

function field(name: string, type: ColumnType | undefined): Field {
  return { name, type: type?.name ?? 'unknown', encoding: type?.encoding ?? 'string' }
}

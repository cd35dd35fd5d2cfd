import { AppError } from '@penstock/errors'

/** Where statements find tables that they name without a place. */
export interface CatalogName {
  readonly catalog: string
  readonly schema: string | undefined
}

// Names go in headers, so they are what headers can hold; catalogs and schemas are of lower case on the server.
const NAME = /^(?<catalog>[A-Za-z0-9_-]{1,128})(?:[/](?<schema>[A-Za-z0-9_$-]{1,128}))?$/

/** Reads `catalog` or `catalog/schema`, as Trino's own URLs write it; undefined for anything else. */
export function catalogName(database: string): CatalogName | undefined {
  const { catalog, schema } = NAME.exec(database)?.groups ?? {}
  return catalog === undefined ? undefined : { catalog: catalog.toLowerCase(), schema: schema?.toLowerCase() }
}

/** As `catalogName`; throws DATASOURCE_REFUSED for what is none. */
export function expectCatalogName(database: string): CatalogName {
  const name = catalogName(database)
  if (name !== undefined) return name
  throw new AppError('DATASOURCE_REFUSED', `database must be catalog or catalog/schema, not ${database}`)
}

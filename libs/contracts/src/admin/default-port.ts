import type { ProductType, SslSettings } from '../snapshot/entries.js'

const PORTS: Readonly<Record<ProductType, { readonly plain: number; readonly tls: number }>> = {
  postgres: { plain: 5432, tls: 5432 },
  mysql: { plain: 3306, tls: 3306 },
  trino: { plain: 8080, tls: 8443 },
  duckdb: { plain: 1, tls: 1 }, // nothing listens; a data source has a port all the same
}

/** The port that servers of a kind listen on when nobody says otherwise. */
export function defaultPort(productType: ProductType, { mode }: SslSettings): number {
  const { plain, tls } = PORTS[productType]
  return mode === 'disable' ? plain : tls
}

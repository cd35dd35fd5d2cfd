import type { ProductType } from '@penstock/contracts'
import type { ConnectionSettings, Driver, Inspector } from '@penstock/datasource'
import { openDuckdb, openDuckdbInspector } from '@penstock/datasource-duckdb'
import { openMysql, openMysqlInspector } from '@penstock/datasource-mysql'
import { openPostgres, openPostgresInspector } from '@penstock/datasource-postgres'
import { openTrino, openTrinoInspector } from '@penstock/datasource-trino'
import type { Ports } from './base/ports.js'
import type { AdminConfig } from './config.js'

/** What one kind of product is opened with. */
interface Product {
  open(settings: ConnectionSettings, external: AdminConfig['external']): Driver
  inspect(settings: ConnectionSettings, external: AdminConfig['external']): Inspector
}

const PRODUCTS: Readonly<Record<ProductType, Product>> = {
  postgres: {
    open: (settings) => openPostgres(settings),
    inspect: (settings) => openPostgresInspector(settings),
  },
  mysql: { open: openMysql, inspect: openMysqlInspector },
  trino: { open: openTrino, inspect: openTrinoInspector },
  duckdb: {
    open: (settings, { duckdb }) => openDuckdb(settings, duckdb),
    inspect: (settings, { duckdb }) => openDuckdbInspector(settings, duckdb),
  },
}

/** Opens the driver and the inspector of a data source by its product type. */
export function dataSourceDrivers(external: AdminConfig['external']): Pick<Ports, 'inspect' | 'connect'> {
  return {
    inspect: (settings) => PRODUCTS[settings.productType].inspect(settings, external),
    connect: (settings) => PRODUCTS[settings.productType].open(settings, external),
  }
}

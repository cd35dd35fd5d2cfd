import type { DatasourceAnswer } from '@penstock/contracts'
import type { Datasource } from '@penstock/control-store'

/** A data source as the outside sees it: without its password. */
export function datasourceAnswerOf(datasource: Datasource): DatasourceAnswer {
  return {
    id: datasource.id,
    name: datasource.name,
    description: datasource.description,
    product_type: datasource.productType,
    host: datasource.host,
    port: datasource.port,
    database: datasource.database,
    username: datasource.username,
    has_password: datasource.passwordSealed !== null,
    ssl: datasource.ssl,
    options: datasource.options,
    is_active: datasource.isActive,
    created_at: datasource.createdAt.toISOString(),
    updated_at: datasource.updatedAt.toISOString(),
  }
}

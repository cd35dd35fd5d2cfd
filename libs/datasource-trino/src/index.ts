export { catalogName, type CatalogName } from './catalog-name.js'
export { openTrinoInspector } from './open-trino-inspector.js'
export { openTrino } from './open-trino.js'

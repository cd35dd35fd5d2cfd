export {
  controlDataSource,
  databaseOver,
  openControlDatabase,
  type ControlDatabase,
  type Tx,
} from './control-database.js'
export { asAppError } from './database-fault.js'
export { containing, onlyPermitted, pageOf, type Page, type PageRequest, type Permitted } from './page.js'
export { Api } from './entities/api.js'
export { ApiVersion } from './entities/api-version.js'
export { type AuditRecord } from './entities/audit-record.js'
export { Client } from './entities/client.js'
export { Datasource } from './entities/datasource.js'
export { Gateway } from './entities/gateway.js'
export { Group } from './entities/group.js'
export { Key } from './entities/key.js'
export { Macro } from './entities/macro.js'
export { MacroVersion } from './entities/macro-version.js'
export { Module } from './entities/module.js'
export { type RefreshToken } from './entities/refresh-token.js'
export { User } from './entities/user.js'
export { auditStore, type AuditFilter, type NewAuditRecord } from './stores/audit-store.js'
export { clientStore, type ClientFilter, type EffectiveApi } from './stores/client-store.js'
export { datasourceStore, type DatasourceFilter } from './stores/datasource-store.js'
export { groupStore, type GroupFilter } from './stores/group-store.js'
export { keyStore, type NewKey } from './stores/key-store.js'
export {
  apiGroupLinks,
  clientApiLinks,
  clientGroupLinks,
  groupApiLinks,
  groupClientLinks,
  type LinkStore,
} from './stores/link-store.js'
export { moduleStore, type ModuleFilter } from './stores/module-store.js'
export { principalStore, type GrantedPermission, type PrincipalRecord } from './stores/principal-store.js'
export { recordStore, type RecordStore } from './stores/record-store.js'
export { sessionStore, type NewRefreshToken } from './stores/session-store.js'
export { datasourcePasswords, keySecrets, type StoredSecret, type StoredSecrets } from './stores/stored-secret-store.js'
export { userStore } from './stores/user-store.js'
export { accessLogStore, type AccessLog, type AccessLogFilter } from './stores/access-log-store.js'
export { apiStore, type ApiColumns, type ApiFilter, type RouteHolder } from './stores/api-store.js'
export { apiVersionStore, type NewApiVersion, type VersionFilter } from './stores/api-version-store.js'
export { gatewayStore } from './stores/gateway-store.js'
export { storeAccessRecords, type Statements } from './stores/access-record-batches.js'
export {
  macroStore,
  macroVersionStore,
  type MacroFilter,
  type MacroUser,
  type UnpublishedMacro,
  type UsableMacro,
} from './stores/macro-store.js'
export { overviewStore, type OverviewStats, type PathTraffic, type RecentCommit } from './stores/overview-store.js'
export { publicationStore, type Publication, type PublicationStep } from './stores/publication-store.js'

export { canonicalJson, type Json } from './json.js'
export {
  HTTP_METHODS,
  httpMethod,
  PARAM_DATA_TYPES,
  PARAM_LOCATIONS,
  paramDefinition,
  RESERVED_PARAM_NAMES,
  type HttpMethod,
  type ParamDataType,
  type ParamDefinition,
  type ParamLocation,
} from './params/param-definition.js'
export {
  apiEntry,
  clientEntry,
  datasourceEntry,
  datasourceOptions,
  entryKey,
  groupEntry,
  keyEntry,
  PRODUCT_TYPES,
  productType,
  provenShape,
  rateRule,
  SNAPSHOT_FORMAT,
  snapshotEntry,
  sqlPlan,
  sslSettings,
  type ApiEntry,
  type ClientEntry,
  type DatasourceEntry,
  type DatasourceOptions,
  type EntryKind,
  type GroupEntry,
  type KeyEntry,
  type ProductType,
  type ProvenShape,
  type RateRule,
  type SnapshotEntry,
  type SqlPlan,
  type SqlProgram,
  type SslSettings,
} from './snapshot/entries.js'
export {
  bodyHash,
  manifest,
  manifestIsAuthentic,
  SHARD_COUNT,
  shardBody,
  shardOf,
  signedManifest,
  signManifest,
  type Manifest,
  type ShardBody,
  type SignedManifest,
} from './snapshot/manifest.js'
export {
  ACCESS_RECORDS_MAX,
  accessRecordBatch,
  BODIES_MAX,
  bodiesAnswer,
  bodiesRequest,
  INTERNAL_ROUTES,
  type AccessRecordBatch,
  type BodiesAnswer,
  type BodiesRequest,
} from './snapshot/internal-routes.js'
export { SNAPSHOT_REDIS } from './snapshot/redis-keys.js'
export { accessRecord, type AccessRecord } from './records/access-record.js'
export { gatewayHeartbeat, type GatewayHeartbeat } from './records/gateway-heartbeat.js'
export { type JobDefinition } from './jobs/job-definition.js'
export {
  accessLogPartitionsJob,
  expiredRecordsJob,
  snapshotUpkeepJob,
  staleGatewaysJob,
  UPKEEP_QUEUE,
} from './jobs/upkeep.js'
export {
  changes,
  concurrentMax,
  description,
  displayName,
  idList,
  idParams,
  ratePerMinute,
  time,
} from './admin/common.js'
export { listAnswer, listQuery, queryFlag, queryText, queryTime } from './admin/list-query.js'
export { problemAnswer } from './admin/errors.js'
export { grantedPermission, permission, PERMISSIONS, type Permission } from './admin/permissions.js'
export {
  changePasswordRequest,
  changeProfileRequest,
  loginRequest,
  myPermissionsAnswer,
  newPassword,
  refreshRequest,
  sessionAnswer,
  userAnswer,
  type SessionAnswer,
  type UserAnswer,
} from './admin/auth.js'
export {
  changeDatasourceRequest,
  createDatasourceRequest,
  datasourceAnswer,
  datasourceList,
  datasourceSchemaAnswer,
  datasourceTestAnswer,
  listDatasourcesQuery,
  testDatasourceRequest,
  type ChangeDatasourceRequest,
  type CreateDatasourceRequest,
  type DatasourceAnswer,
  type DatasourceTestAnswer,
  type TestDatasourceRequest,
} from './admin/datasources.js'
export {
  changeModuleRequest,
  createModuleRequest,
  listModulesQuery,
  moduleAnswer,
  moduleList,
  type ChangeModuleRequest,
  type CreateModuleRequest,
  type ModuleAnswer,
} from './admin/modules.js'
export {
  changeGroupRequest,
  createGroupRequest,
  groupAnswer,
  groupList,
  groupSummary,
  listGroupsQuery,
  setGroupApisRequest,
  setGroupClientsRequest,
  type ChangeGroupRequest,
  type CreateGroupRequest,
  type GroupAnswer,
  type GroupSummary,
} from './admin/groups.js'
export {
  changeClientRequest,
  clientAnswer,
  clientList,
  clientSummary,
  createClientRequest,
  createdClientAnswer,
  effectiveApisAnswer,
  listClientsQuery,
  rotatedSecretAnswer,
  type ChangeClientRequest,
  type ClientAnswer,
  type ClientSummary,
  type CreateClientRequest,
} from './admin/clients.js'
export { auditList, auditRecordAnswer, listAuditQuery } from './admin/audit-log.js'

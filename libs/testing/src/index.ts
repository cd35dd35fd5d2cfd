export { freePort } from './free-port.js'
export { freshDatabase, type FreshDatabase } from './fresh-database.js'
export {
  loggingPostgres,
  postgresServer,
  startPostgres,
  type LoggingPostgres,
  type OwnedPostgres,
} from './real-postgres.js'
export { startMariadb, type OwnedMariadb } from './real-mariadb.js'
export { startRedis, type OwnedRedis } from './real-redis.js'
export { startRedisCluster, startSentinelGroup, type RedisGroup } from './redis-groups.js'
export { startProcess, type RunningProcess } from './start-process.js'
export { usingValues, type UsingValue } from './trino/trino-literals.js'
export { trinoTokens } from './trino/trino-tokens.js'
export { startTrino, type ProtocolTrino, type TrinoOptions } from './trino/start-trino.js'
export { tcpProxy, type TcpProxy } from './tcp-proxy.js'
export { CA_CERTIFICATE, ELSEWHERE_CERTIFICATE, ELSEWHERE_KEY, SERVER_CERTIFICATE, SERVER_KEY } from './tls-files.js'
export { waitUntil } from './wait-until.js'

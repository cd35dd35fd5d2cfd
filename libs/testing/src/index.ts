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
export { startProcess, type RunningProcess } from './start-process.js'
export { tcpProxy, type TcpProxy } from './tcp-proxy.js'
export { waitUntil } from './wait-until.js'

export { accessOptions, primaryOptions, type PrimaryOptions } from './connection-options.js'
export { redisAddress, type RedisAddress, type RedisNode } from './redis-address.js'

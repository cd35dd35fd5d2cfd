export { cacheCommands, openCacheRedis, type CacheCommands } from './cache-commands.js'
export { redisAnswerStore, type RedisStoreOptions } from './redis-answer-store.js'

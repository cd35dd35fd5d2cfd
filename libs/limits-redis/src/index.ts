export { limitCommands, openLimitRedis, type LimitCommands } from './limit-commands.js'
export { redisAdmissionStore, type LimiterMode, type RedisAdmissionOptions } from './redis-admission-store.js'

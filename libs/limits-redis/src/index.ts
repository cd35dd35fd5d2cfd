export { Breaker, type BreakerOptions, type Passage } from './breaker.js'
export { limitCommands, openLimitRedis, type LimitCommands } from './limit-commands.js'
export { redisAdmissionStore, type LimiterMode, type RedisAdmissionOptions } from './redis-admission-store.js'

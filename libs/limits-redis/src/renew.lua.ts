/**
 * renew: leases of calls that are still in flight live on.
 *
 * KEYS  leases of one concurrency limit (zset)     ARGV  lease µs, then lease ids
 * A lease that is not there any more is put back: after a flush or a failover this heals the count.
 */
export const RENEW = `
local clock = redis.call('TIME')
local expiry = string.format('%.0f', clock[1] * 1000000 + clock[2] + tonumber(ARGV[1]))
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], expiry, ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], math.floor(tonumber(ARGV[1]) / 1000) + 1000)
return #ARGV - 1
`

/**
 * claim: the answer, or the lead for making it.
 *
 * KEYS  answer, lease      ARGV  token of who asks, lease ms, the most ms that an answer may be old
 * returns {'found', value, ms that it is kept for still} | {'lead'} | {'wait'} | {'alone'}
 * A value begins with the ms that it was kept for when it was written, in 13 digits; 'U' says that the answer cannot be kept.
 */
export const CLAIM = `
local head = redis.call('GETRANGE', KEYS[1], 0, 12)
if head == 'U' then return {'alone'} end
if head ~= '' then
  local left = redis.call('PTTL', KEYS[1])
  if (tonumber(head) or 0) - left < tonumber(ARGV[3]) then return {'found', redis.call('GET', KEYS[1]), left} end
end
if redis.call('GET', KEYS[2]) == ARGV[1] then return {'lead'} end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return {'lead'} end
return {'wait'}
`

/**
 * store: the answer that the holder of the lease made. Whoever lost its lease stores nothing: another has made a newer answer, or does.
 *
 * KEYS  answer, lease      ARGV  token, value, ms to keep it
 */
export const STORE = `
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('DEL', KEYS[2])
return 1
`

/** release: gives the lease back, if it is still held.     KEYS  lease     ARGV  token */
export const RELEASE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`

/** renew: the lease lives on, if it is still held.     KEYS  lease     ARGV  token, lease ms */
export const RENEW = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`

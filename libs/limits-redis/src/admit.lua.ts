/**
 * admit: rate and concurrency decided together, all or nothing; a refused call writes nothing but what time has ended anyway.
 *
 * KEYS  first the leases of each concurrency limit (zset: lease id by expiry), then the admissions of each rate limit
 *       (list of times, newest first; above CELLED calls a hash of cells), all with one hash tag
 * ARGV  lease id, lease µs, number of concurrency limits, for each: limit;
 *       then for each rate: calls, window µs
 * Time is the server's own, so the clocks of gateways do not matter; under one key it never runs backwards.
 * Returns {0 admitted | 1 concurrency | 2 rate, index of what refused, retry after ms, then for each rate: remaining, reset ms}
 *
 * Exact: the N-th newest admission is looked up; while it is younger than the window, N calls lie in it. Above CELLED calls a list would
 * cost too much memory: calls are counted in cells of 100 ms that count until they lie wholly outside the window, which is never too
 * many calls and frees them at most 0.1 s late.
 */
export const ADMIT = `
local CELL, CELLED = 100000, 10000
local leaseId, leaseUs, inFlightKeys = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local text = function(us) return string.format('%.0f', us) end

for k = 1, inFlightKeys do
  redis.call('ZREMRANGEBYSCORE', KEYS[k], '-inf', text(now))
  if redis.call('ZCARD', KEYS[k]) >= tonumber(ARGV[3 + k]) then return {1, k, 0} end
end

local rates, refusedBy, waitUs = {}, 0, 0
for k = inFlightKeys + 1, #KEYS do
  local at = 3 + inFlightKeys + 2 * (k - inFlightKeys - 1)
  local rate = {key = KEYS[k], calls = tonumber(ARGV[at + 1]), window = tonumber(ARGV[at + 2]), now = now, wait = 0}
  if rate.calls > CELLED then
    local head = redis.call('HMGET', rate.key, 'first', 'last', 'total')
    rate.first, rate.last, rate.total = tonumber(head[1]), tonumber(head[2]), tonumber(head[3] or '0')
    rate.cell = math.max(math.floor(now / CELL), rate.last or 0)
    -- A cell [c, c+1) lies wholly outside once its end is a window ago.
    local oldest = math.floor((now - rate.window) / CELL)
    if rate.first then
      if rate.last < oldest then
        redis.call('DEL', rate.key)
        rate.first, rate.total = nil, 0
      else
        local gone = {}
        for c = rate.first, oldest - 1 do
          local held = redis.call('HGET', rate.key, 'c' .. text(c))
          if held then rate.total = rate.total - held; gone[#gone + 1] = 'c' .. text(c) end
          if #gone == 1000 then redis.call('HDEL', rate.key, unpack(gone)); gone = {} end
        end
        if #gone > 0 then redis.call('HDEL', rate.key, unpack(gone)) end
        if oldest > rate.first then
          rate.first = oldest
          redis.call('HSET', rate.key, 'first', text(oldest), 'total', text(rate.total))
        end
      end
    end
    rate.reset = rate.first and math.max(0, (rate.first + 1) * CELL + rate.window - now) or 0
    rate.used = rate.total
    if rate.used >= rate.calls then rate.wait = math.max(rate.reset, 1) end
  else
    local newest = tonumber(redis.call('LINDEX', rate.key, 0) or '0')
    if rate.now < newest then rate.now = newest end
    local oldest
    while true do
      oldest = redis.call('LINDEX', rate.key, -1)
      if not oldest or rate.now - tonumber(oldest) < rate.window then break end
      redis.call('RPOP', rate.key)
    end
    rate.used = redis.call('LLEN', rate.key)
    rate.reset = oldest and tonumber(oldest) + rate.window - rate.now or 0
    local decisive = rate.calls > 0 and redis.call('LINDEX', rate.key, rate.calls - 1)
    if rate.calls <= 0 then rate.wait = rate.window
    elseif decisive then rate.wait = tonumber(decisive) + rate.window - rate.now end
  end
  if rate.wait > waitUs then waitUs, refusedBy = rate.wait, k - inFlightKeys end
  rates[#rates + 1] = rate
end

local answer = {refusedBy > 0 and 2 or 0, refusedBy, math.ceil(waitUs / 1000)}
for _, rate in ipairs(rates) do
  if refusedBy == 0 then
    if rate.calls > CELLED then
      redis.call('HINCRBY', rate.key, 'c' .. text(rate.cell), 1)
      redis.call('HSET', rate.key, 'first', text(rate.first or rate.cell), 'last', text(rate.cell), 'total', text(rate.total + 1))
    else
      redis.call('LPUSH', rate.key, text(rate.now))
    end
    redis.call('PEXPIRE', rate.key, math.floor(rate.window / 1000) + 1000)
    rate.used = rate.used + 1
    if rate.reset == 0 then rate.reset = rate.window end
  end
  answer[#answer + 1] = math.max(0, rate.calls - rate.used)
  answer[#answer + 1] = math.ceil(rate.reset / 1000)
end
if refusedBy == 0 then
  for k = 1, inFlightKeys do
    redis.call('ZADD', KEYS[k], text(now + leaseUs), leaseId)
    redis.call('PEXPIRE', KEYS[k], math.floor(leaseUs / 1000) + 1000)
  end
end
return answer
`

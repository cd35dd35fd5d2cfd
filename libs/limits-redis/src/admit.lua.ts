/**
 * admit: a group of calls, one after the other as if each had come alone; before them, places that are given back.
 * Of each call rate and concurrency are decided together, all or nothing; a refused call writes nothing but what time has ended anyway.
 *
 * KEYS  for each place given back its leases; then for each call first the leases of each concurrency limit (zset: lease id by expiry),
 *       then the admissions of each rate limit (list of times, newest first; above CELLED calls a hash of cells), all with one hash tag
 * ARGV  number of places given back, lease µs; the lease id of each place; then for each call: lease id, number of concurrency limits,
 *       number of rate limits; for each concurrency limit: limit; for each rate limit: calls, window µs
 * Time is the server's own, so the clocks of gateways do not matter; under one key it never runs backwards.
 * Returns for each call, one behind the other: 0 admitted | 1 concurrency | 2 rate | 3 failed, index of what refused, retry after ms, then
 * for each rate: remaining, reset ms. A call that fails (a key of another type, no memory left) fails alone; a server that may not write
 * says so for all of them.
 *
 * Exact: the N-th newest admission is looked up; while it is younger than the window, N calls lie in it. Above CELLED calls a list would
 * cost too much memory: calls are counted in cells of 100 ms that count until they lie wholly outside the window, which is never too
 * many calls and frees them at most 0.1 s late.
 */
export const ADMIT = `
local CELL, CELLED = 100000, 10000
local leaving, leaseUs = tonumber(ARGV[1]), tonumber(ARGV[2])
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local text = function(us) return string.format('%.0f', us) end
local answers, refusedWrite = {}, nil

local note = function(failure)
  local message = type(failure) == 'table' and failure.err or tostring(failure)
  refusedWrite = refusedWrite or string.match(message, 'READONLY.*')
end

local isFull = function(key, limit)
  if redis.call('ZCARD', key) < limit then return false end
  return redis.call('ZREMRANGEBYSCORE', key, '-inf', text(now)) == 0 or redis.call('ZCARD', key) >= limit
end

local lookAtCells = function(rate)
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
end

local lookAtTimes = function(rate)
  rate.used, rate.reset = redis.call('LLEN', rate.key), 0
  if rate.used > 0 then
    local newest = tonumber(redis.call('LINDEX', rate.key, 0))
    if rate.now < newest then rate.now = newest end
    local oldest = tonumber(redis.call('LINDEX', rate.key, -1))
    while oldest and rate.now - oldest >= rate.window do
      redis.call('RPOP', rate.key)
      rate.used = rate.used - 1
      oldest = tonumber(redis.call('LINDEX', rate.key, -1))
    end
    rate.reset = oldest and oldest + rate.window - rate.now or 0
  end
  if rate.calls <= 0 then rate.wait = rate.window
  elseif rate.used >= rate.calls then
    rate.wait = tonumber(redis.call('LINDEX', rate.key, rate.calls - 1)) + rate.window - rate.now
  end
end

local count = function(rate)
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

local decide = function(key, arg, inFlightKeys, rateKeys)
  for k = 1, inFlightKeys do
    if isFull(KEYS[key + k], tonumber(ARGV[arg + 3 + k])) then return {1, k, 0} end
  end
  local rates, refusedBy, waitUs = {}, 0, 0
  for k = 1, rateKeys do
    local at = arg + 2 + inFlightKeys + 2 * k
    local rate = {key = KEYS[key + inFlightKeys + k], calls = tonumber(ARGV[at]), window = tonumber(ARGV[at + 1]), now = now, wait = 0}
    if rate.calls > CELLED then lookAtCells(rate) else lookAtTimes(rate) end
    if rate.wait > waitUs then waitUs, refusedBy = rate.wait, k end
    rates[k] = rate
  end
  local answer = {refusedBy > 0 and 2 or 0, refusedBy, math.ceil(waitUs / 1000)}
  for k, rate in ipairs(rates) do
    if refusedBy == 0 then count(rate) end
    answer[2 + 2 * k] = math.max(0, rate.calls - rate.used)
    answer[3 + 2 * k] = math.ceil(rate.reset / 1000)
  end
  if refusedBy == 0 then
    for k = 1, inFlightKeys do
      redis.call('ZADD', KEYS[key + k], text(now + leaseUs), ARGV[arg + 1])
      redis.call('PEXPIRE', KEYS[key + k], math.floor(leaseUs / 1000) + 1000)
    end
  end
  return answer
end

for place = 1, leaving do
  local given = redis.pcall('ZREM', KEYS[place], ARGV[2 + place])
  if type(given) == 'table' and given.err then note(given) end
end
local key, arg = leaving, 2 + leaving
while arg < #ARGV do
  local inFlightKeys, rateKeys = tonumber(ARGV[arg + 2]), tonumber(ARGV[arg + 3])
  local went, answer = pcall(decide, key, arg, inFlightKeys, rateKeys)
  if not went then note(answer); answer = {3} end
  for i = 1, 3 + 2 * rateKeys do answers[#answers + 1] = answer[i] or 0 end
  key, arg = key + inFlightKeys + rateKeys, arg + 3 + inFlightKeys + 2 * rateKeys
end
if refusedWrite then return redis.error_reply(refusedWrite) end
return answers
`

-- Jobs of one partition P: P:due free ones by their due instant, P:taken owned ones by the end of their lease.
local function free_lapsed(P)
  for _, job in ipairs(redis.call('ZRANGEBYSCORE', P .. ':taken', '-inf', int(now), 'LIMIT', 0, 1000)) do
    redis.call('ZREM', P .. ':taken', job)
    redis.call('ZADD', P .. ':due', redis.call('HGET', P .. ':job:' .. job, 'due'), job)
  end
end

local function owned_job(P, job, owner, fence)
  local known = redis.call('HMGET', P .. ':job:' .. job, 'owner', 'fence')
  return known[1] == owner and known[2] == fence
end

local function hold_job(P, job, until_)
  redis.call('ZREM', P .. ':due', job)
  redis.call('ZADD', P .. ':taken', int(until_), job)
end

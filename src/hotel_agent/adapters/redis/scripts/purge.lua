-- Forget what ended before an instant: at most *limit* things of each kind and partition. Answers how many went.
local before, limit, gone = take_number(), take_number(), 0

local function busy(P, conversation)
  for _, what in ipairs({ ':inbox:', ':jobs:', ':timers:' }) do
    if redis.call('EXISTS', P .. what .. conversation) == 1 then
      return true
    end
  end
  for _, booking in ipairs(redis.call('SMEMBERS', P .. ':booked:' .. conversation)) do
    if redis.call('ZSCORE', P .. ':open', booking) then
      return true
    end
  end
  return redis.call('ZSCORE', P .. ':held', conversation)
end

local function forget(P, conversation)
  for _, booking in ipairs(redis.call('SMEMBERS', P .. ':booked:' .. conversation)) do
    local reference = string.match(redis.call('HGET', P .. ':versions', booking), '^%d+ (.*)$')
    redis.call('HDEL', P .. ':references', reference)
    redis.call('HDEL', P .. ':versions', booking)
    redis.call('HDEL', P .. ':bookings', booking)
  end
  local key = P .. ':conversation:' .. conversation
  local tenant = redis.call('HGET', key, 'tenant')
  redis.call('DEL', P .. ':audited:' .. #tenant .. ':' .. tenant .. ':' .. conversation)
  redis.call('DEL', P .. ':booked:' .. conversation, P .. ':lines:' .. conversation, key)
  redis.call('ZREM', P .. ':touched', conversation)
  gone = gone + 1
end

local function forget_audit(list)
  for _ = 1, limit do
    local first = redis.call('LINDEX', list, 0)
    if not first or tonumber(string.match(first, '^%d+')) >= before then
      return
    end
    redis.call('LPOP', list)
    gone = gone + 1
  end
end

local function forget_escalations(P, tenant)
  local index = P .. ':escalated:' .. tenant
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', index, '-inf', '(' .. int(before), 'LIMIT', 0, limit)) do
    redis.call('ZREM', index, member)
    redis.call('ZREM', P .. ':escalated', member)
    redis.call('HDEL', P .. ':escalations', string.sub(member, 7))
    gone = gone + 1
  end
end

for _, P in ipairs(KEYS) do
  local old = redis.call('ZRANGEBYSCORE', P .. ':touched', '-inf', '(' .. int(before), 'LIMIT', 0, limit)
  for _, conversation in ipairs(old) do
    if busy(P, conversation) then
      -- It is looked at again when as much time has passed as for one that was just touched.
      redis.call('ZADD', P .. ':touched', int(now), conversation)
    else
      forget(P, conversation)
    end
  end
  for _, tenant in ipairs(redis.call('SMEMBERS', P .. ':tenants')) do
    forget_audit(P .. ':audit:' .. tenant)
    forget_escalations(P, tenant)
  end
  local dead = redis.call('HGETALL', P .. ':dead')
  for i = 1, #dead, 2 do
    if tonumber(string.match(dead[i + 1], '^%d+')) < before then
      redis.call('HDEL', P .. ':dead', dead[i])
      redis.call('HDEL', P .. ':dead:events', dead[i])
      gone = gone + 1
    end
  end
end
return gone

-- Removes what is over and older than an age: at most *limit* of one kind, oldest first in each partition. Each kind has
-- an index P:old:<kind> by the instant from which its age counts. Answers how many went.
local kind, before, limit = take(), now - take_number(), take_number()

local function forget_line(P, conversation, line)
  if line ~= '' then
    redis.call('ZREMRANGEBYSCORE', P .. ':lines:' .. conversation, line, line)
  end
end

-- Each removes one, or tells that it has to stay.
local forget = {}

function forget.events(P, member)
  local conversation, seen, line = parted(member)
  redis.call('HDEL', P .. ':seen', seen)
  forget_line(P, conversation, line)
end

function forget.dead_letters(P, event)
  local f = redis.call('HMGET', P .. ':letter:' .. event, 'conversation', 'seen', 'line')
  redis.call('HDEL', P .. ':seen', f[2])
  forget_line(P, f[1], f[3])
  redis.call('DEL', P .. ':letter:' .. event)
  redis.call('ZREM', P .. ':letters', event)
end

function forget.outbox(P, member)
  local conversation, line, message = parted(member)
  if redis.call('ZSCORE', P .. ':pending:' .. conversation, message) then
    return 'stays'
  end
  forget_line(P, conversation, line)
end

function forget.deliveries(P, message)
  local key = P .. ':delivery:' .. message
  local provider = redis.call('HGET', key, 'provider')
  if provider then
    redis.call('HDEL', P .. ':provider', provider)
  end
  redis.call('DEL', key)
  redis.call('ZREM', P .. ':failed', message)
end

function forget.answers(P, root)
  redis.call('HDEL', P .. ':answers', root)
end

local function has_open_booking(P, conversation)
  for _, booking in ipairs(redis.call('SMEMBERS', P .. ':booked:' .. conversation)) do
    if redis.call('ZSCORE', P .. ':open', booking) then
      return true
    end
  end
end

function forget.sessions(P, conversation)
  local function has(what)
    return redis.call('EXISTS', P .. what .. conversation) == 1
  end
  local held = tonumber(redis.call('ZSCORE', P .. ':held', conversation) or 0) > now
  if held or has(':inbox:') or has_open_booking(P, conversation) then
    return 'stays'
  end
  if has(':lines:') or has(':booked:') or has(':timers:') then
    -- Looked at again when another such time has passed: until then something of it is left.
    redis.call('HDEL', P .. ':conversation:' .. conversation, 'session')
    return 'later'
  end
  redis.call('DEL', P .. ':conversation:' .. conversation, P .. ':recipient:' .. conversation)
  redis.call('ZREM', P .. ':held', conversation)
end

function forget.bookings(P, member)
  local conversation, booking = parted(member)
  for _, job in ipairs(redis.call('SMEMBERS', P .. ':jobs:' .. conversation)) do
    if redis.call('HGET', P .. ':job:' .. job, 'booking') == booking then
      return 'stays'
    end
  end
  redis.call('HDEL', P .. ':references', string.match(redis.call('HGET', P .. ':versions', booking), '^%d+ (.*)$'))
  redis.call('HDEL', P .. ':versions', booking)
  redis.call('HDEL', P .. ':bookings', booking)
  redis.call('SREM', P .. ':booked:' .. conversation, booking)
end

function forget.audit(P, member)
  local tenant, conversation, ref = parted(member)
  redis.call('HDEL', P .. ':entries', ref)
  redis.call('ZREM', P .. ':audit:' .. tenant, ref)
  redis.call('ZREM', P .. ':audited:' .. joined(tenant) .. conversation, ref)
end

function forget.escalations(P, joint)
  local tenant, member = parted(joint)
  redis.call('ZREM', P .. ':escalated', member)
  redis.call('ZREM', P .. ':escalated:' .. tenant, member)
  redis.call('HDEL', P .. ':escalations', string.sub(member, 7))
end

local gone = 0
for _, P in ipairs(KEYS) do
  local index = P .. ':old:' .. kind
  -- A few more than are wanted, because some may have to stay.
  local old = gone < limit and redis.call('ZRANGEBYSCORE', index, '-inf', '(' .. int(before), 'LIMIT', 0, limit * 2 + 100)
  for _, member in ipairs(old or {}) do
    if gone == limit then
      break
    end
    local left = forget[kind](P, member)
    if left == 'later' then
      redis.call('ZADD', index, int(now), member)
    elseif not left then
      redis.call('ZREM', index, member)
    end
    if left ~= 'stays' then
      gone = gone + 1
    end
  end
end
return gone

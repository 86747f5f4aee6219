-- What is to be sent, in one partition P:
--   P:recipient:c  the guest of c: address, when last heard, owner and fence of who sends, due, and its pace (full_at, next_at)
--   P:outgoing     conversations nobody owns with something to send, by when it is due
--   P:sending      owned ones by the end of their lease
--   P:pending:c    messages of c still to be sent, by their lines
--   P:delivery:m   one message: conversation, tenant, tries, unknowns, provider; its body until it is settled, and after that
--                  status, reason and settled, an instant; sending while somebody has it
--   P:provider     messages by the ids that channels gave them
--   P:failed       messages that were set aside, by when
local function will_send(P, conversation, due)
  local recipient = P .. ':recipient:' .. conversation
  if redis.call('EXISTS', P .. ':pending:' .. conversation) == 1 then
    redis.call('HSET', recipient, 'due', int(due))
    redis.call('ZADD', P .. ':outgoing', int(due), conversation)
  else
    redis.call('HDEL', recipient, 'due')
    redis.call('ZREM', P .. ':outgoing', conversation)
  end
end

local function free_lapsed(P)
  for _, conversation in ipairs(redis.call('ZRANGEBYSCORE', P .. ':sending', '-inf', int(now), 'LIMIT', 0, 1000)) do
    redis.call('ZREM', P .. ':sending', conversation)
    will_send(P, conversation, tonumber(redis.call('HGET', P .. ':recipient:' .. conversation, 'due') or now))
  end
end

-- Have a message sent, if its guest is reached anywhere; tell whether.
local function hand_over(P, conversation, tenant, message, line, body)
  local known = redis.call('HMGET', P .. ':recipient:' .. conversation, 'address', 'due', 'next_at')
  if not known[1] then
    return false
  end
  redis.call(
    'HSET', P .. ':delivery:' .. message, 'conversation', conversation, 'tenant', tenant, 'body', body, 'tries', '0',
    'unknowns', '0'
  )
  redis.call('ZADD', P .. ':pending:' .. conversation, line, message)
  if not known[2] then
    local due = math.max(now, tonumber(known[3] or 0))
    redis.call('HSET', P .. ':recipient:' .. conversation, 'due', int(due))
    if not redis.call('ZSCORE', P .. ':sending', conversation) then
      redis.call('ZADD', P .. ':outgoing', int(due), conversation)
    end
  end
  return true
end

-- Write what became of a message, for good or until a status tells more.
local function finish(P, message, status, reason)
  local key = P .. ':delivery:' .. message
  redis.call('ZREM', P .. ':pending:' .. redis.call('HGET', key, 'conversation'), message)
  redis.call('HDEL', key, 'body', 'sending')
  redis.call('HSET', key, 'status', status)
  redis.call('HSETNX', key, 'settled', int(now))
  local settled = redis.call('HGET', key, 'settled')
  redis.call('ZADD', P .. ':old:deliveries', settled, message)
  if reason then
    redis.call('HSET', key, 'reason', reason)
    redis.call('ZADD', P .. ':failed', settled, message)
  else
    redis.call('ZREM', P .. ':failed', message)
  end
end

local function name_by_channel(P, message, provider)
  local key = P .. ':delivery:' .. message
  local before = redis.call('HGET', key, 'provider')
  if before and before ~= provider then
    redis.call('HDEL', P .. ':provider', before)
  end
  redis.call('HSET', key, 'provider', provider)
  redis.call('HSET', P .. ':provider', provider, message)
end

local P = KEYS[1]
local conversation, owner, fence, message, how = take(), take(), take(), take(), take()
local recipient, delivery = P .. ':recipient:' .. conversation, P .. ':delivery:' .. message
local known = redis.call('HMGET', recipient, 'owner', 'fence', 'full_at', 'next_at')
if known[1] ~= owner or known[2] ~= fence then
  return { 'stale' }
end
local pending = redis.call('ZSCORE', P .. ':pending:' .. conversation, message)
local due, next_at = now, tonumber(known[4] or 0)
if how == 'sent' then
  local provider, status, every, burst = take(), take(), take_number(), take_number()
  local full_at = math.max(tonumber(known[3] or 0), now) + every
  next_at = math.max(now, full_at - every * (burst - 1))
  redis.call('HSET', recipient, 'full_at', int(full_at), 'next_at', int(next_at))
  if redis.call('EXISTS', delivery) == 1 then
    name_by_channel(P, message, provider)
  end
  if pending then
    finish(P, message, status)
  end
elseif pending then
  redis.call('HDEL', delivery, 'sending')
  if how == 'set aside' then
    local status, reason = take(), take()
    finish(P, message, status, reason)
    escalate(P, take_escalation(), stamp(P), 1)
  else
    due = now + take_number()
    redis.call('HINCRBY', delivery, 'unknowns', how == 'unknown' and 1 or 0)
    redis.call('HINCRBY', delivery, 'tries', how == 'not asked' and -1 or 0)
  end
end
redis.call('HDEL', recipient, 'owner')
redis.call('ZREM', P .. ':sending', conversation)
will_send(P, conversation, math.max(due, next_at))
return { 'ok' }

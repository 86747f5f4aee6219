local limit, owner, lease = take_number(), take(), take_number()
take_passing()
tenant_of = function(P, conversation)
  return redis.call('HGET', P .. ':conversation:' .. conversation, 'tenant')
end

local function own(P, conversation)
  local key = P .. ':recipient:' .. conversation
  redis.call('ZREM', P .. ':outgoing', conversation)
  redis.call('ZADD', P .. ':sending', int(now + lease), conversation)
  redis.call('HSET', key, 'owner', owner)
  local fence = redis.call('HINCRBY', key, 'fence', 1)
  local delivery = P .. ':delivery:' .. redis.call('ZRANGE', P .. ':pending:' .. conversation, 0, 0)[1]
  local lapsed = redis.call('HSET', delivery, 'sending', '1') == 0
  local tries = redis.call('HINCRBY', delivery, 'tries', lapsed and 0 or 1)
  local unknowns = tonumber(redis.call('HGET', delivery, 'unknowns'))
  local body, address = redis.call('HGET', delivery, 'body'), redis.call('HMGET', key, 'address', 'heard')
  return { body, address[1], address[2], fence, tries, unknowns, lapsed and 1 or 0 }
end

for _, P in ipairs(KEYS) do
  free_lapsed(P)
end
return take_heads(':outgoing', limit, own)

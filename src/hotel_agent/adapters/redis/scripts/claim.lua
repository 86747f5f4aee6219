local limit, owner, lease = take_number(), take(), take_number()

local function own(P, conversation)
  local key, inbox = P .. ':conversation:' .. conversation, P .. ':inbox:' .. conversation
  hold(P, conversation, now + lease)
  local fence = redis.call('HINCRBY', key, 'fence', 1)
  redis.call('HSET', key, 'owner', owner)
  local known = redis.call('HMGET', key, 'tenant', 'version', 'session')
  local members = redis.call('ZRANGEBYSCORE', P .. ':when:' .. conversation, '-inf', int(now))
  table.sort(members)
  local tries = redis.call('HINCRBY', inbox, 't' .. members[1], 1)
  local events = {}
  for i, member in ipairs(members) do
    events[i] = redis.call('HGET', inbox, 'b' .. member)
  end
  return { conversation, known[1], fence, known[2] or '0', known[3], tries, bookings_of(P, conversation), events }
end

for _, P in ipairs(KEYS) do
  free_lapsed(P)
end
return take_heads(':ready', limit, own)

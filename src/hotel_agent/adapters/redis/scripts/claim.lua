local limit, owner, lease = take_number(), take(), take_number()
take_passing()
tenant_of = function(P, conversation)
  return redis.call('HGET', P .. ':conversation:' .. conversation, 'tenant')
end

-- The members of what waits in the order of handling, up to the last that is ready: what is held back is not overtaken.
local function handled_next(P, conversation)
  local when = P .. ':when:' .. conversation
  local members = redis.call('ZRANGEBYSCORE', when, '-inf', int(now))
  table.sort(members)
  local last = members[#members]
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', when, '(' .. int(now), '+inf')) do
    if member < last then
      members[#members + 1] = member
    end
  end
  table.sort(members)
  return members
end

local function own(P, conversation)
  local key, inbox = P .. ':conversation:' .. conversation, P .. ':inbox:' .. conversation
  hold(P, conversation, now + lease)
  local fence = redis.call('HINCRBY', key, 'fence', 1)
  redis.call('HSET', key, 'owner', owner)
  local known = redis.call('HMGET', key, 'tenant', 'version', 'session')
  local members = handled_next(P, conversation)
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

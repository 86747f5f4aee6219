-- Conversations of one partition P:
--   P:ready   free ones with waiting events, by the instant when the first is ready
--   P:held    owned or put off ones, by the instant when they are free again
--   P:when:c  the waiting events of c by the instant when they are ready; members sort in the order of handling
--   P:inbox:c their bodies (b<member>), tries (t<member>) and members (i<event id>); l<event id> where one that was
--             re-driven stands in the transcript
--   P:seen    the ids of events by the keys by which a message sent again is recognised
local function place(P, conversation)
  local first = redis.call('ZRANGE', P .. ':when:' .. conversation, 0, 0, 'WITHSCORES')
  if first[1] then
    redis.call('ZADD', P .. ':ready', first[2], conversation)
  else
    redis.call('ZREM', P .. ':ready', conversation)
  end
end

local function hold(P, conversation, until_)
  redis.call('ZREM', P .. ':ready', conversation)
  redis.call('ZADD', P .. ':held', int(until_), conversation)
end

local function free_lapsed(P)
  for _, conversation in ipairs(redis.call('ZRANGEBYSCORE', P .. ':held', '-inf', int(now), 'LIMIT', 0, 1000)) do
    redis.call('ZREM', P .. ':held', conversation)
    place(P, conversation)
  end
end

local function owned(P, conversation, owner, fence)
  local known = redis.call('HMGET', P .. ':conversation:' .. conversation, 'owner', 'fence')
  return known[1] == owner and known[2] == fence
end

local function take_event()
  return {
    conversation = take(), tenant = take(), id = take(), key = take(), order = take(), ready = take(), received = take(),
    body = take(),
  }
end

local function of_another_hotel(P, event)
  local tenant = redis.call('HGET', P .. ':conversation:' .. event.conversation, 'tenant')
  return tenant and tenant ~= event.tenant
end

-- Let an event wait in its place, which is its order, then the instant of its arrival.
local function wait(P, event, member)
  redis.call('HSET', P .. ':inbox:' .. event.conversation, 'b' .. member, event.body, 'i' .. event.id, member)
  redis.call('ZADD', P .. ':when:' .. event.conversation, event.ready, member)
  redis.call('ZADD', P .. ':waiting', event.received, event.id)
  if not redis.call('ZSCORE', P .. ':held', event.conversation) then
    redis.call('ZADD', P .. ':ready', 'LT', event.ready, event.conversation)
  end
  ring(P, 'inbox')
end

local function arrival_of(member)
  return string.sub(member, 21)
end

-- Keep an event unless it is known; answer the id it is known by, and whether it is new.
local function append(P, event)
  local inbox = P .. ':inbox:' .. event.conversation
  local first = redis.call('HGET', P .. ':seen', event.key)
  if first then
    return first, 0
  end
  if redis.call('HEXISTS', inbox, 'i' .. event.id) == 1 then
    return event.id, 0
  end
  local conversation = P .. ':conversation:' .. event.conversation
  redis.call('HSET', P .. ':seen', event.key, event.id)
  redis.call('HSETNX', conversation, 'tenant', event.tenant)
  wait(P, event, event.order .. string.format('%020.0f', tonumber(stamp(P))))
  return event.id, 1
end

local function bookings_of(P, conversation)
  local bodies = {}
  for _, booking in ipairs(redis.call('SMEMBERS', P .. ':booked:' .. conversation)) do
    bodies[#bodies + 1] = redis.call('HGET', P .. ':bookings', booking)
  end
  return bodies
end

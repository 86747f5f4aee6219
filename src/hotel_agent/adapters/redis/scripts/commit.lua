local P = KEYS[1]
local conversation, owner, fence, version = take(), take(), take(), take()
local event, session, session_ends = take(), take(), take()
local key, inbox = P .. ':conversation:' .. conversation, P .. ':inbox:' .. conversation
local member = redis.call('HGET', inbox, 'i' .. event)
local known = redis.call('HMGET', key, 'owner', 'fence', 'version', 'tenant')
if known[1] ~= owner or known[2] ~= fence or (known[3] or '0') ~= version or not member then
  return { 'stale' }
end
local seen, reason, body, ready, received = take(), take(), take(), take(), take()
local heard, said, dropped, timers = take(), {}, {}, {}
for i = 1, take_number() do
  said[i] = { id = take(), at = take(), line = take(), parcel = take() }
end
for i = 1, take_number() do
  dropped[i] = take()
end
for i = 1, take_number() do
  timers[i] = { conversation = take(), id = take(), due = take(), body = take() }
end
local effects = take_effects()
local root, answer = take(), take()
local following = take()
local refused = refusal(P, effects)
if refused then
  return { refused }
end

redis.call('HSET', key, 'session', session, 'version', int(tonumber(version) + 1))
redis.call('ZADD', P .. ':old:sessions', session_ends, conversation)

-- The transcript: what the guest said becomes a line when it is handled first.
local function place_of_line()
  return redis.call('HINCRBY', key, 'lines', 1)
end
local function speak(place, line)
  redis.call('ZADD', P .. ':lines:' .. conversation, place, place .. ':' .. line)
end
local heard_at = redis.call('HGET', inbox, 'l' .. event) or ''
if heard ~= '' then
  local place = place_of_line()
  if heard_at == '' then
    heard_at = int(place)
    speak(place, heard)
  end
end
local handed = false
for _, one in ipairs(said) do
  local place = place_of_line()
  speak(place, one.line)
  redis.call('ZADD', P .. ':old:outbox', one.at, joined(conversation, int(place), one.id))
  if one.parcel ~= '' and hand_over(P, conversation, known[4], one.id, place, one.parcel) then
    handed = true
  end
end

-- The event waits no longer.
local tries = redis.call('HGET', inbox, 't' .. member) or '0'
redis.call('HDEL', inbox, 'b' .. member, 't' .. member, 'i' .. event, 'l' .. event)
redis.call('ZREM', P .. ':when:' .. conversation, member)
redis.call('ZREM', P .. ':waiting', event)
if body == '' then
  redis.call('ZADD', P .. ':old:events', int(now), joined(conversation, seen, heard_at))
else
  redis.call(
    'HSET', P .. ':letter:' .. event, 'conversation', conversation, 'tenant', known[4], 'member', member, 'seen', seen,
    'reason', reason, 'tries', tries, 'body', body, 'ready', ready, 'received', received, 'line', heard_at
  )
  redis.call('ZADD', P .. ':letters', arrival_of(member), event)
  redis.call('ZADD', P .. ':old:dead_letters', int(now), event)
end

local function drop(whose, timer)
  local old = redis.call('HGET', P .. ':timers:' .. whose, timer)
  if old then
    redis.call('ZREM', P .. ':timers', old)
    redis.call('HDEL', P .. ':timers:' .. whose, timer)
  end
end
for _, timer in ipairs(dropped) do
  drop(conversation, timer)
end
for _, timer in ipairs(timers) do
  drop(timer.conversation, timer.id)
  redis.call('HSET', P .. ':timers:' .. timer.conversation, timer.id, timer.body)
  redis.call('ZADD', P .. ':timers', timer.due, timer.body)
end
write_effects(P, effects)
if answer ~= '' then
  redis.call('HSET', P .. ':answers', root, answer)
  redis.call('ZADD', P .. ':old:answers', int(now), root)
end
ring(P, root)
ring(P, conversation)
if handed then
  ring(P, 'outbox')
end
if following == '' then
  redis.call('HDEL', key, 'owner')
  redis.call('ZREM', P .. ':held', conversation)
  place(P, conversation)
  return { 'ok' }
end
-- A lapsed claim that nobody took goes on, but stays free to be taken.
if not redis.call('ZSCORE', P .. ':held', conversation) then
  place(P, conversation)
end
local next_member = redis.call('HGET', inbox, 'i' .. following)
local again = next_member and redis.call('HINCRBY', inbox, 't' .. next_member, 1) or 1
return { 'ok', again, bookings_of(P, conversation) }

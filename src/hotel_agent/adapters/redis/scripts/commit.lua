local P = KEYS[1]
local conversation, owner, fence, version = take(), take(), take(), take()
local event, body, reason, session = take(), take(), take(), take()
local key, inbox = P .. ':conversation:' .. conversation, P .. ':inbox:' .. conversation
local member = redis.call('HGET', inbox, 'i' .. event)
local known = redis.call('HMGET', key, 'owner', 'fence', 'version')
if known[1] ~= owner or known[2] ~= fence or (known[3] or '0') ~= version or not member then
  return { 'stale' }
end
local lines, dropped, timers = {}, {}, {}
for i = 1, take_number() do
  lines[i] = take()
end
for i = 1, take_number() do
  dropped[i] = take()
end
for i = 1, take_number() do
  timers[i] = { conversation = take(), id = take(), due = take(), body = take() }
end
local effects = take_effects()
local root, answer, answer_kept = take(), take(), take()
local following = take()
local refused = refusal(P, effects)
if refused then
  return { refused }
end

redis.call('HSET', key, 'session', session, 'version', int(tonumber(version) + 1))
redis.call('HDEL', inbox, 'b' .. member, 't' .. member, 'i' .. event)
redis.call('ZREM', P .. ':when:' .. conversation, member)
redis.call('ZREM', P .. ':waiting', event)
redis.call('ZADD', P .. ':touched', int(now), conversation)
if reason ~= '' then
  redis.call('HSET', P .. ':dead', event, int(now) .. ':' .. reason)
  redis.call('HSET', P .. ':dead:events', event, body)
end
if #lines > 0 then
  redis.call('RPUSH', P .. ':lines:' .. conversation, unpack(lines))
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
  redis.call('SET', P .. ':answer:' .. root, answer, 'PX', answer_kept)
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
local tries = next_member and redis.call('HINCRBY', inbox, 't' .. next_member, 1) or 1
return { 'ok', tries, bookings_of(P, conversation) }

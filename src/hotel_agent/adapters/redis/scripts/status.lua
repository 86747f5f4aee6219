-- What a channel told of a message that is in one of these partitions: 'unheard of', or whether it is news.
local message, provider, status, failed = take(), take(), take(), take() == '1'
local told = take_escalation()
local lower = {}
for i = 1, take_number() do
  lower[take()] = true
end

local function find()
  for _, P in ipairs(KEYS) do
    if message ~= '' and redis.call('EXISTS', P .. ':delivery:' .. message) == 1 then
      return P, message
    end
  end
  for _, P in ipairs(KEYS) do
    local known = provider ~= '' and redis.call('HGET', P .. ':provider', provider)
    if known then
      return P, known
    end
  end
end

local P, found = find()
if not P then
  return { 'unheard of' }
end
local known = redis.call('HMGET', P .. ':delivery:' .. found, 'conversation', 'status')
if known[2] and not lower[known[2]] then
  return { 'ok', 0 }
end
finish(P, found, status, failed and 'failed' or nil)
if provider ~= '' then
  name_by_channel(P, found, provider)
end
if failed then
  escalate(P, told, stamp(P), 1)
end
local recipient = redis.call('HMGET', P .. ':recipient:' .. known[1], 'address', 'owner', 'next_at')
if recipient[1] and not recipient[2] and not known[2] then
  will_send(P, known[1], math.max(now, tonumber(recipient[3] or 0)))
  ring(P, 'outbox')
end
return { 'ok', 1 }

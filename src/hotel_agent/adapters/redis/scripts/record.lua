local P = KEYS[1]
local job, conversation, owner, fence, retry = take(), take(), take(), take(), take()
if not owned_job(P, job, owner, fence) then
  return { 'stale' }
end
local finished = retry == '' and job or nil
local effects, events = take_effects(), {}
for i = 1, take_number() do
  events[i] = take_event()
  if of_another_hotel(P, events[i]) then
    return { 'another hotel' }
  end
end
local refused = refusal(P, effects, finished)
if refused then
  return { refused }
end

redis.call('ZREM', P .. ':taken', job)
redis.call('ZREM', P .. ':due', job)
if finished then
  redis.call('DEL', P .. ':job:' .. job)
  redis.call('SREM', P .. ':jobs:' .. conversation, job)
else
  redis.call('HSET', P .. ':job:' .. job, 'due', retry)
  redis.call('HDEL', P .. ':job:' .. job, 'owner')
  redis.call('ZADD', P .. ':due', retry, job)
end
write_effects(P, effects, finished, fence)
for _, event in ipairs(events) do
  append(P, event)
end
return { 'ok' }

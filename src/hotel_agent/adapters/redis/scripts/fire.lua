local P = KEYS[1]
local conversation, timer, body = take(), take(), take()
local event = take_event()
if redis.call('HGET', P .. ':timers:' .. conversation, timer) ~= body then
  return { 'gone' }
end
if of_another_hotel(P, event) then
  return { 'another hotel' }
end
end_timer(P, conversation, timer, body)
append(P, event)
return { 'ok' }

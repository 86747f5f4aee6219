-- Forget a timer if it still is what *body* says; tell whether it was.
local function end_timer(P, conversation, timer, body)
  if redis.call('HGET', P .. ':timers:' .. conversation, timer) ~= body then
    return false
  end
  redis.call('HDEL', P .. ':timers:' .. conversation, timer)
  redis.call('ZREM', P .. ':timers', body)
  return true
end

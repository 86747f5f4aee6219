-- Whether a timer is in one of these partitions; with the flag it is ended there.
local conversation, timer, body, ending = take(), take(), take(), take() == '1'
for _, P in ipairs(KEYS) do
  if redis.call('HGET', P .. ':timers:' .. conversation, timer) == body then
    return (not ending or end_timer(P, conversation, timer, body)) and 1 or 0
  end
end
return 0

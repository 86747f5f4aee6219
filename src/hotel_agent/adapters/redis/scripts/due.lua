local limit = take_number()
local found = {}
for _, P in ipairs(KEYS) do
  for _, timer in ipairs(redis.call('ZRANGEBYSCORE', P .. ':timers', '-inf', int(now), 'LIMIT', 0, limit)) do
    found[#found + 1] = timer
  end
end
return found

-- The same count as domain.delivery.Pace keeps: when the whole burst will be free again.
local key, every, burst, patience = KEYS[1] .. ':pace:' .. take(), take_number(), take_number(), take_number()
local full_at = tonumber(redis.call('GET', key) or 0)
local wait = math.max(0, full_at - every * (burst - 1) - now)
if wait <= patience then
  full_at = math.max(full_at, now) + every
  -- Past that instant it says nothing any more.
  redis.call('SET', key, int(full_at), 'PX', int(math.ceil((full_at - now) / 1000) + 1000))
end
return int(wait)

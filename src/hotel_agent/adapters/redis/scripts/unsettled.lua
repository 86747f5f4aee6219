local limit = take_number()
local found = {}
for _, P in ipairs(KEYS) do
  for _, booking in ipairs(redis.call('ZRANGE', P .. ':open', 0, limit - 1)) do
    found[#found + 1] = redis.call('HGET', P .. ':bookings', booking)
  end
end
return found

-- The first that is found of: an answer by its root, a booking by its id.
local kind, id = take(), take()
for _, P in ipairs(KEYS) do
  local found
  if kind == 'answer' then
    found = redis.call('HGET', P .. ':answers', id)
  else
    found = redis.call('HGET', P .. ':bookings', id)
  end
  if found then
    return found
  end
end
return false

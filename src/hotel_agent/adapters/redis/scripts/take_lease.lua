local key, owner, ttl = KEYS[1] .. ':lease', take(), take_number()
local known = redis.call('HMGET', key, 'owner', 'fence', 'ends')
local stands = known[3] and now < tonumber(known[3])
if stands and known[1] ~= owner then
  return false
end
local fence = tonumber(known[2] or 0) + (stands and 0 or 1)
redis.call('HSET', key, 'owner', owner, 'fence', int(fence), 'ends', int(now + ttl))
return { int(fence), int(now + ttl) }

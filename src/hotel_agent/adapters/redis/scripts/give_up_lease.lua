-- The entry stays, ended, because the next lease's fence counts on from it.
local key, owner, fence = KEYS[1] .. ':lease', take(), take()
local known = redis.call('HMGET', key, 'owner', 'fence', 'ends')
if known[1] == owner and known[2] == fence and tonumber(known[3]) > now then
  redis.call('HSET', key, 'ends', int(now))
end
return { 'ok' }

local id, owner, by, most = take(), take(), take_number(), take_number()
local lock = owned(id, owner)
if not lock or (lock.expires ~= '' and tonumber(lock.extensions) >= most) then
  return { 'lost' }
end
if lock.expires ~= '' then
  lock.expires = int(math.max(tonumber(lock.expires), tonumber(lock.expires) + by))
  lock.extensions = int(lock.extensions + 1)
  redis.call('HSET', T .. ':lock:' .. id, 'expires', lock.expires, 'extensions', lock.extensions)
  redis.call('ZADD', T .. ':expiry', lock.expires, id)
  enter('extend', int(now), cjson.decode(lock.rooms), lock)
end
return { 'ok', told(lock) }

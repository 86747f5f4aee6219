local id, owner = take(), take()
local lock = owned(id, owner)
if not lock then
  return { 'lost' }
end
if lock.expires ~= '' then
  lock.expires = ''
  redis.call('HSET', T .. ':lock:' .. id, 'expires', '')
  redis.call('ZREM', T .. ':expiry', id)
  enter('hold', int(now), cjson.decode(lock.rooms), lock)
end
return { 'ok', told(lock) }

-- Locks of one tenant T:
--   T:lock:l  one lock          T:standing all by fence     T:expiry  those that expire, by when
--   T:of:o    ids of an owner's T:room:r   id -> <arrival>|<departure> of those on a room
--   T:trail, T:trail:r          entries by instant, of all and of one room
local T = KEYS[1]
local kept = take_number()

local function read(id)
  local f = redis.call('HMGET', T .. ':lock:' .. id, 'rooms', 'arrival', 'departure', 'owner', 'expires', 'extensions', 'fence')
  if f[1] then
    return { id = id, rooms = f[1], arrival = f[2], departure = f[3], owner = f[4], expires = f[5], extensions = f[6], fence = f[7] }
  end
end

local function told(lock)
  return { lock.id, lock.rooms, lock.arrival, lock.departure, lock.owner, lock.expires, lock.extensions, lock.fence }
end

local function enter(act, at, rooms, what)
  local seq = redis.call('HINCRBY', T .. ':meta', 'entries', 1)
  local member = string.format('%015d', seq) .. cjson.encode({
    act = act, rooms = rooms, arrival = what.arrival, departure = what.departure, owner = what.owner, lock = what.id,
  })
  local trails = { T .. ':trail' }
  for _, room in ipairs(rooms) do
    trails[#trails + 1] = T .. ':trail:' .. room
  end
  for _, trail in ipairs(trails) do
    redis.call('ZADD', trail, at, member)
    redis.call('ZREMRANGEBYSCORE', trail, '-inf', int(now - kept))
    redis.call('PEXPIRE', trail, int(kept / 1000))
  end
end

local function finish(lock, act, at)
  local rooms = cjson.decode(lock.rooms)
  redis.call('DEL', T .. ':lock:' .. lock.id)
  redis.call('ZREM', T .. ':standing', lock.id)
  redis.call('ZREM', T .. ':expiry', lock.id)
  redis.call('SREM', T .. ':of:' .. lock.owner, lock.id)
  for _, room in ipairs(rooms) do
    redis.call('HDEL', T .. ':room:' .. room, lock.id)
  end
  enter(act, at, rooms, lock)
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', T .. ':expiry', '-inf', int(now))) do
  local lock = read(id)
  finish(lock, 'expire', lock.expires)
end

local function owned(id, owner)
  local lock = read(id)
  return lock and lock.owner == owner and lock
end

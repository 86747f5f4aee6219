local id, owner, ttl = take(), take(), take_number()
local claim = { arrival = take(), departure = take(), owner = owner }
local count = take_number()
local candidates, wanted = {}, {}
for i = 1, take_number() do
  candidates[i] = take()
  wanted[candidates[i]] = true
end

local function meets(lock)
  local rooms = cjson.decode(lock.rooms)
  if lock.arrival ~= claim.arrival or lock.departure ~= claim.departure or #rooms ~= count then
    return false
  end
  for _, room in ipairs(rooms) do
    if not wanted[room] then
      return false
    end
  end
  return true
end

local mine = {}
for _, known in ipairs(redis.call('SMEMBERS', T .. ':of:' .. owner)) do
  mine[#mine + 1] = read(known)
end
table.sort(mine, function(one, other)
  return tonumber(one.fence) < tonumber(other.fence)
end)
local replaced = {}
for _, lock in ipairs(mine) do
  if meets(lock) then
    return { 'ok', told(lock) }
  end
  replaced[lock.id] = lock.expires ~= ''
end

-- Days are ISO text, which sorts as they do.
local function free(room)
  local known = redis.call('HGETALL', T .. ':room:' .. room)
  for i = 1, #known, 2 do
    local arrival, departure = string.match(known[i + 1], '^(.*)|(.*)$')
    if not replaced[known[i]] and arrival < claim.departure and claim.arrival < departure then
      return false
    end
  end
  return true
end

local rooms = {}
for _, room in ipairs(candidates) do
  if #rooms < count and free(room) then
    rooms[#rooms + 1] = room
  end
end
if #rooms < count then
  enter('conflict', int(now), candidates, claim)
  return { 'locked' }
end
for _, lock in ipairs(mine) do
  if replaced[lock.id] then
    finish(lock, 'release', int(now))
  end
end
-- The clock, so that fences rise over all tenants as far as it does; within a tenant whatever it does.
local last = tonumber(redis.call('HGET', T .. ':meta', 'fence') or 0)
local fence = int(math.max(now, last + 1))
redis.call('HSET', T .. ':meta', 'fence', fence)
local lock = {
  id = id, rooms = cjson.encode(rooms), arrival = claim.arrival, departure = claim.departure, owner = owner,
  expires = int(now + ttl), extensions = '0', fence = fence,
}
redis.call(
  'HSET', T .. ':lock:' .. id, 'rooms', lock.rooms, 'arrival', lock.arrival, 'departure', lock.departure, 'owner', owner,
  'expires', lock.expires, 'extensions', lock.extensions, 'fence', fence
)
redis.call('ZADD', T .. ':standing', fence, id)
redis.call('ZADD', T .. ':expiry', lock.expires, id)
redis.call('SADD', T .. ':of:' .. owner, id)
for _, room in ipairs(rooms) do
  redis.call('HSET', T .. ':room:' .. room, id, lock.arrival .. '|' .. lock.departure)
end
enter('acquire', int(now), rooms, lock)
return { 'ok', told(lock) }

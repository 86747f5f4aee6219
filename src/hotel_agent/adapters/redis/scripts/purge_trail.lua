-- Removes the entries of a hotel's trail older than an age, at most *limit*, oldest first. Answers how many went.
local before, limit = now - take_number(), take()
local old = redis.call('ZRANGEBYSCORE', T .. ':trail', '-inf', '(' .. int(before), 'LIMIT', 0, limit)
for _, member in ipairs(old) do
  for _, room in ipairs(cjson.decode(string.sub(member, 16)).rooms) do
    redis.call('ZREM', T .. ':trail:' .. room, member)
  end
  redis.call('ZREM', T .. ':trail', member)
end
return #old
